/* Help: one short page for each word the pages use. The words stand in a table; the list page is
 * made from it. */
#include "social/scope.h"
#include "store/limits.h"
#include "web/about.h"
#include "web/about.html.h"
#include "web/page.h"
#include "web/web.h"

static const struct help_word words[] = {
        {"account",
         "Account",
         {"An account is your name here, with what you write and whom you follow. Its address "
          "looks like "
          "@name@server, so people on other servers can find you too.",
          "You can change the name people read, your pictures and your words in Settings, Profile. "
          "The part after the "
          "@ stays as it is."}},
        {"album",
         "Album",
         {"An album is a set of photos of your own posts, with a name and in your own order. Who "
          "can see a photo there is who can see its post; an album of which somebody may see "
          "nothing is not there for them.",
          "Deleting an album leaves its photos with their posts. Settings, Profile has a switch "
          "that lets your profile begin with your photos. A journal has albums too; any of its "
          "owners keeps them."}},
        {"app",
         "App",
         {"Apps for Mastodon work with this server: give them this server's address, and they lead "
          "you here to let "
          "them in. You see what an app asks for before you agree.",
          "Settings, Sessions and apps lists every app that can act for you. You can end each one "
          "at once."}},
        {"audience",
         "Audience",
         {"An audience is a part of your followers, with a name that only you see. A post can be "
          "for one: then only its people and those you mention see it. They are not told its name "
          "or who else is in it.",
          "Close exists from the start. Who stops following you leaves every audience."}},
        {"block",
         "Block",
         {"After you block somebody, neither of you sees the other: no posts, no comments, no "
          "messages, no follow. "
          "They are not told, but they can notice.",
          "You can end a block at any time on their profile. Follows that the block ended do not "
          "come back by "
          "themselves."}},
        {"bookmark",
         "Bookmark",
         {"A bookmark keeps a post on a list that only you can see. Nobody is told."}},
        {"boost",
         "Boost",
         {"Boosting shows somebody's post to the people who follow you, under its author's name. "
          "The author is told.",
          "Only public and quiet public posts can be boosted. You can take a boost back."}},
        {"co-author",
         "Co-author",
         {"A co-author is a second author of one post. They are asked first; when they accept, "
          "their name stands beside the author’s, and they read and sort comments and letters "
          "about that post.",
          "The post stands on both profiles, and people who follow either of you meet it, as far "
          "as they may see it. Apps show your names in its last line. Only the author changes or "
          "deletes it. Either of you ends it at once."}},
        {"comment",
         "Comment",
         {"A comment is an answer to a post and stands beneath it. Who can see it is chosen as for "
          "any post; it starts "
          "with who can see the post it answers.",
          "You can change or delete your own comments at any time."}},
        {"content-note",
         "Content note",
         {"A line of your own words that stands in front of a post. The rest opens when the reader "
          "presses Show."}},
        {"description",
         "Description of a photo",
         {"Some words that say what a photo shows, for people who cannot see it. Anybody can open "
          "them under the "
          "photo.",
          "The page for writing asks for one with every photo. Settings, Posting has a switch for "
          "that."}},
        {"digest",
         "Digest",
         {"A digest is one gathered note instead of many alerts. What people write, favourite or "
          "boost about a quiet post waits for it; at the hour you choose a line in Home says that "
          "it is there, if anything waits.",
          "It can wait as long as you like. Numbers are there only when you ask for them. "
          "Settings, Quiet and digest has the hour, and whether the note also comes by mail."}},
        {"earlier-posts",
         "Earlier posts, later-news line",
         {"When news changes a story, an earlier post can lead to it: a line in your own words "
          "stands above it. Open the new post, then Earlier posts.",
          "There you can also close comments, take pins away, or keep earlier posts for yourself, "
          "for several at once. All of it can be taken back together."}},
        {"export",
         "Export",
         {"An export is a copy of everything you have here, as one zip file: what you wrote with "
          "its "
          "photos, as pages to read without this server and as files that other servers "
          "understand; whom you follow, lists, audiences, blocks, mutes, filters, bookmarks, "
          "letters, settings and your journals.",
          "Settings, Import, export, move makes one. It lies there for seven days, for you alone, "
          "and is then removed. Words of other people are not in it, but for letters to you."}},
        {"favourite",
         "Favourite",
         {"A favourite tells the author that you liked or felt a post. They see your name. You can "
          "undo it."}},
        {"follow",
         "Follow",
         {"What the people you follow write comes to your Home, newest first, and nothing else "
          "does.",
          "You can follow people on other servers: search for their whole address, @name@server."}},
        {"follow-request",
         "Follow request",
         {"When an account approves its followers by hand, following it starts with a request. "
          "Until it is accepted "
          "you see only what everybody sees.",
          "Yours wait in Notifications. Declining tells the other person nothing."}},
        {"hashtag",
         "Hashtag",
         {"A word with # in front, like #orchard, becomes a link to everything public with the "
          "same word. In words of "
          "several parts, capitals help screen readers: #AppleHarvest."}},
        {"held",
         "Held, shown, kept, declined",
         {"Where an author reviews comments, a new one is held: only its writer and the authors "
          "see it. Shown, it stands under the post. Kept, only the authors have it. Declined, "
          "nobody sees it but its writer.",
          "Nobody is told what was chosen, and each choice can be taken back. You can change or "
          "delete your own words in every state, and say “Please not in print”."}},
        {"import",
         "Import",
         {"Lists that you bring from elsewhere: CSV files of an export here, of Mastodon or of a "
          "program that writes the same. Settings, Import, export, move takes them in, row by row, "
          "in the background; the people named are asked to let you follow them as always.",
          "What could not be taken in is a file you can fetch and bring again."}},
        {"invite",
         "Invite",
         {"An invite is a link that lets somebody make an account here. You choose how often it "
          "can be used and when it "
          "ends, in Settings, Invites.",
          "You answer a little for the people you bring: send the link to them, not to the "
          "world."}},
        {"journal",
         "Journal",
         {"A journal is a series of posts with its own address, its own followers and one to six "
          "owners, who are equals: each writes, accepts followers, and can close comments or hide "
          "it. Posts end with their writer's name unless the writer leaves it out.",
          "It is for everybody, by approval, or for this server only. It can rest or be closed in "
          "your own words, and opened again; nobody is ever reminded to write. People without an "
          "account can read it by e-mail.",
          "Deleting it needs all owners, or fourteen days in which none objects. Whoever leaves "
          "can take a full copy."}},
        {"keeper",
         "Keeper",
         {"A keeper is somebody you trust to sort held comments for you for a while: about one "
          "post, a journal, or all you write. They have to accept. It ends on a day, and either of "
          "you can end it at once.",
          "You see everything a keeper did and can take it back. They read letters or change ways "
          "to help only when you say so. Settings, People I trust lists them."}},
        {"keepsake",
         "Keepsake",
         {"A keepsake is a private book of what you wrote, or of a journal you write in: posts of "
          "the days you choose, with the photos, the comments and the letters you kept, if you "
          "like. It is a page to print, an EPUB for reading devices, or an archive with the "
          "original photos.",
          "You look at what would be in it before it is made. Then it lies here for seven days "
          "under a private link, which you can pass on, and is kept nowhere else. You can delete "
          "it at any time.",
          "Comments whose writers asked “Please not in print” are in no keepsake. Private mentions "
          "are neither, nor what waits or was declined. A steward’s keepsake holds what the "
          "steward can read, and never letters. More, Keepsakes is the place for it."}},
        {"letter",
         "Letter",
         {"A letter is private words to the authors of a post; the link stands beneath it. It is "
          "no conversation, and no answer is due. You see that it was sent and nothing more.",
          "Authors read letters in their quiet inbox, and can keep them and thank you or everyone. "
          "A letter that hurts they can show to the moderators, who then read that one alone. "
          "Settings, Letters lets people without an account write too; it is off at first."}},
        {"list",
         "List",
         {"A list is a part of the people you follow, to read by itself. Only you see its name and "
          "who is on it."}},
        {"memorial",
         "Memorial, steward",
         {"When somebody here has died, anybody can tell those who run the server; the link stands "
          "on the profile’s About page. Two administrators confirm it, or one where there is no "
          "other. The person gets a mail and has seven days: if they sign in or write anything, it "
          "is over, and nobody was told.",
          "After that nobody signs in or posts as them. The profile says “In memory of” and their "
          "name, or the words they chose. A steward, whom they named in Settings, People I trust, "
          "looks after the pinned words, the pictures, tributes, follow requests, ways to help and "
          "new comments. Stewards never read letters or private mentions, and change nothing that "
          "was written.",
          "Everything a steward does is listed and can be taken back. Administrators can take the "
          "memorial itself back for thirty days. Somebody who never had an account can have a "
          "journal in memory of them."}},
        {"mention",
         "Mention",
         {"Writing @name, or @name@server for somebody elsewhere, tells that person about your "
          "post and lets them see "
          "it."}},
        {"mute",
         "Mute",
         {"After you mute somebody, their posts and alerts stay away from you. They are not told, "
          "and nothing changes "
          "for them. A mute can end by itself after a time you choose."}},
        {"not-now",
         "Not now",
         {"“Not now” keeps a post out of everything you read for 30 days, also when others boost "
          "it. “No boosts of it” keeps out only what others pass on. Under its address the post "
          "is there as before.",
          "Nobody is told, and nothing is counted. More, Topic pauses lists what you put away."}},
        {"notifications",
         "Notifications",
         {"What others did that concerns you, by day: comments, mentions, favourites, boosts, "
          "follows. Nothing here "
          "counts them, and nothing calls you back."}},
        {"photo",
         "Photo",
         {"A post can have up to ten photos, in your order. Place, camera, date and all other "
          "hidden data are taken out "
          "of each one before it is stored. There is no switch for that.",
          "Mastodon servers show the first four of them, with a link to all."}},
        {"poll",
         "Poll",
         {"A question with up to ten answers, which ends after a time you choose. Nobody sees who "
          "chose what."}},
        {"post",
         "Post",
         {"What you write and send. You can change it later; people can then read what it said "
          "before. You can delete "
          "it: it leaves this server at once, and other servers are asked to delete their "
          "copies."}},
        {"preset",
         "Preset",
         {"A preset sets many switches of a post together: Everyday, Good news, Hard news, or one "
          "of your own. Readers never see its name; they meet only what it does.",
          "Change any switch and it is Custom. You can change a post’s switches later: open the "
          "post, then Presets."}},
        {"private-mention",
         "Private mention",
         {"A post for “Only people mentioned” is seen by those whose @name stands in it, and by "
          "you. Adding a name "
          "while answering lets that person read on.",
          "It is not encrypted: the people who run the servers involved could read it."}},
        {"quiet-inbox",
         "Quiet inbox",
         {"Held comments and letters wait there, in folded piles: people you follow, others, check "
          "first, set aside, late, letters. Nothing expires, and nobody can see whether you have "
          "read them.",
          "Show puts a comment under the post; Keep leaves it with the authors; Decline puts it "
          "away. “Stop for today” remembers your place. Numbers are there only when you ask for "
          "them.",
          "Comments with words you would rather not read go to “Set aside”; Settings holds the "
          "list of words."}},
        {"quiet-post",
         "Quiet post",
         {"A quiet post raises no alerts. What people do about it is gathered in your digest, or "
          "shown only when you open that. In apps it looks like a thread you muted.",
          "Good news and Hard news are quiet from the start; the switch is called Alerts."}},
        {"quiet-time",
         "Quiet time",
         {"Quiet time holds everything: comments on your posts, follow requests, mentions by "
          "people you do not follow, scheduled posts, reminders, remembered days, your digest. It "
          "ends on a day you choose or when you end it. Your profile can show a line of yours, or "
          "nothing.",
          "Security mails and words from moderators always come. When it ends nothing is sent by "
          "itself: you find what waited, with a choice for each."}},
        {"remember",
         "Remember a day",
         {"Nothing old is shown here unless you ask for it. You can ask for a day, a month or a "
          "season to come back each year, in your own words: as a note to yourself, pinned to your "
          "profile or journal meanwhile, or by mail to people who asked for that.",
          "You turn it off with one press, from the note itself or in Settings, Days to remember. "
          "A follower asks for the mails on the profile’s About page."}},
        {"reminder",
         "Reminder to write",
         {"Under a post you can ask to be reminded of writing again: in two weeks, in a month, in "
          "a year, or on a day. On that day a line with a name and a date stands in your Home. It "
          "shows nothing of what was written, and only you know of it.",
          "It ends with the post, or when its author asks for none. In quiet time it waits. More, "
          "Reminders lists yours, and lets them come by mail, too."}},
        {"sending-pause",
         "Sending pause",
         {"A post can wait a while after you press Send. Until then nothing has left the server, "
          "and Cancel brings your words back.",
          "The pause can be made longer, up to 30 minutes."}},
        {"support",
         "Support",
         {"A page of people and places that help, which the owner of this server writes for each "
          "language and country. Its links do not say where you come from."}},
        {"topic-pause",
         "Topic pause",
         {"A rest from a subject, for a while. Choose topics or words of your own and a length, "
          "and look first at what it leaves out. Posts with these words, and posts whose authors "
          "say they are about it, are then in none of your lists, here and in your apps. Your own "
          "posts stay, and so do those of people you name.",
          "It leaves no gap and no count, and nobody is told. On its last day a line in Home asks "
          "whether you want to keep it. Apps show it as a filter, and can end it."}},
        {"topics",
         "Topics",
         {"An author can state what a post is about, on the page for writing and on the post's "
          "page of presets. Only people who rest from that topic notice: they do not meet the "
          "post. It is shown to nobody and not sent to other servers."}},
        {"who-can-see-it",
         "Who can see it",
         {"Public: everybody, also in this server's public pages. Quiet public: everybody with the "
          "link, and your "
          "followers, but not in public lists or search. Followers: only people you let follow "
          "you. Only people "
          "mentioned: those, and you.",
          "The page for writing always says in a sentence who will see what you send."}},
        {"veil",
         "Veil",
         {"A veil is a cover over one photo, with a sentence of its author's own. It is for "
          "everybody, or for people who do not follow the author. Whoever opens it opens that "
          "photo, that once; nobody is told.",
          "Apps and other servers know one cover for a whole post. The author chooses whether they "
          "blur its photos or fold the post under the sentence. Settings, Reading has a switch "
          "that opens the veils of people you follow."}},
        {"ways-to-help",
         "Ways to help",
         {"Links that the author of a post, or the owners of a journal, offer: meals, lifts, "
          "giving blood, a fund. Each says how it stands: open, enough, or closed. No money "
          "passes through this server; the name of the site a link leads to stands beside it.",
          "Other servers and apps show one link to the list."}},
        {"wish",
         "Wish",
         {"A wish says whether a post may be reproduced: freely with a link, only after asking, or "
          "please not. It stands under the post.",
          "Other sites, search engines and previews are then told as little as they can be. It "
          "asks; it cannot stop screenshots."}},
};

static enum err web_help_index(struct req *rq)
{
        struct web_page p = {.title = S("Help"), .here = HERE_HELP, .indexable = true};
        struct html *h;
        TRY(web_open(rq, 200, &p, &h));
        web_help_list(h, words, countof(words));
        return web_close(h, &p);
}

static enum err web_help_word(struct req *rq)
{
        struct str slug = req_path(rq, "word");
        for (size_t i = 0; i < countof(words); i++) {
                if (!str_eq(slug, str_of(words[i].slug)))
                        continue;
                struct web_page p = {
                        .title = str_of(words[i].word), .here = HERE_HELP, .indexable = true};
                struct html *h;
                TRY(web_open(rq, 200, &p, &h));
                web_help_body(h, &words[i]);
                return web_close(h, &p);
        }
        return ERR_MISSING;
}

static const struct route routes[] = {
        {"GET", "/help", SCOPE_PAGE_PUBLIC, LIMIT_PAGE, LANE_READ, web_help_index, 0, 0},
        {"GET", "/help/:word", SCOPE_PAGE_PUBLIC, LIMIT_PAGE, LANE_READ, web_help_word, 0, 0},
};
const struct route_list WEB_HELP_ROUTES = {DOOR_PAGE, routes, countof(routes)};
