/* The sentences that follow an act. Pages that forms lead to show them above everything, in a live
 * region. */
#include "web/done.h"
#include "lib/base/die.h"

static const struct {
        const char *name, *text;
} sentences[] = {
        {"sent", "Sent."},
        {"saved", "Saved."},
        {"narrowed", "Changed. Here it holds at once; other servers have been asked, and copies "
                     "may remain there."},
        {"draft", "Kept. Nothing has been sent."},
        {"taking", "Taken. Its rows are looked at one by one in the background."},
        {"copying", "Asked for. It is put together in the background."},
        {"later", "Kept. It is sent at the time you chose."},
        {"cancelled", "Nothing has been sent."},
        {"changed", "Changed. People can read what it said before."},
        {"deleted",
         "Deleted. It is gone from this server, and other servers have been asked to delete it."},
        {"welcome", "Welcome. Your account is made. You can say here who you are, or do it later."},
        {"asked", "Asked. You will see their posts once they accept."},
        {"followed", "You follow them now."},
        {"unfollowed", "You no longer follow them."},
        {"muted", "Muted. They are not told."},
        {"unmuted", "The mute has ended."},
        {"blocked", "Blocked. They are not told."},
        {"unblocked", "The block has ended."},
        {"reported", "Thank you. The people who run the server will look at it. The person is not "
                     "told who wrote."},
        {"accepted", "Accepted. They can read what you send to followers from now on."},
        {"let_through", "Done. They reach your notifications from now on."},
        {"dismissed", "Put away. They are not told."},
        {"accepted_for", "Accepted. They follow the account now."},
        {"declined", "Declined. They are not told."},
        {"ended", "Ended."},
        {"made", "Made."},
        {"keepsake", "Asked for. It is made now, and stands here when it is ready."},
        {"keepsake_gone", "Deleted. The link leads nowhere now."},
        {"album_gone", "Deleted. Its photos stay with their posts."},
        {"owner", "You write in it now, as the others do."},
        {"left", "You left. The others go on with it."},
        {"shown", "Shown. It stands under the post now. Nobody gets an alert."},
        {"shown_all", "Shown. They stand under their posts now, or will in a moment."},
        {"kept", "Kept. Only the authors have it. Nobody is told."},
        {"declined_comment", "Declined. Nobody is told."},
        {"hidden", "Hidden. It lies with the kept comments of your quiet inbox. Nobody is told."},
        {"away", "Put away. Nobody is told."},
        {"undone", "Taken back."},
        {"stopped", "Your place is kept. Nothing expires."},
        {"letter", "Sent. They can read it when they wish."},
        {"thanked", "Sent. Only they can read it."},
        {"thanked_all", "Sent. It is pinned beneath your post."},
        {"noprint", "Noted: please not in print."},
        {"password",
         "Your password is changed. Everything else that was signed in has been signed out."},
        {"leaving", "Asked for. You can change your mind for seven days."},
        {"stayed", "Your account stays."},
        {"changed_names", "Changed."},
        {"moved", "You have moved. Your followers are being led to the other account."},
        {"back", "The sign is taken down. You can write here again."},
        {"unquoted", "Taken out. Their words stand without it; other servers have been asked to do "
                     "the same."},
        {"answered", "Your answer is kept."},
        {"quiet_on", "Quiet time is on."},
        {"quiet_ended", "Quiet time has ended. Nothing has been sent."},
        {"chosen", "Done."},
        {"rest", "Your rest has begun. Nobody is told."},
        {"rest_kept", "It goes on."},
        {"rest_ended", "It has ended."},
        {"reminder", "It is noted. Only you know of it."},
        {"cleaned", "Saved. Parts of the link that follow people around were taken out."},
        {"notnow",
         "Put away for 30 days. Nobody is told. You can take it back under Topic pauses."},
        {"noboosts", "Boosts of it stay away from you. Nobody is told."},
        {"earlier", "Changed. You can take all of it back below."},
        {"earlier_undone", "Taken back. They are as they were."},
        {"here", "Good. Everything stays as it is, and nobody was told."},
        {"tribute", "Sent. Those who look after the account read it first."},
        {"steward", "Asked. They see nothing until they say yes, and nothing after that while you "
                    "live."},
        {"stewarding", "Thank you. There is nothing to do now."},
        {"day_off", "Turned off. You are not reminded of it again."},
        {"put_away", "Put away."},
        {"keeper", "Asked. They see nothing until they say yes."},
        {"keeping", "Thank you. What waits for them waits for you now too, in the quiet inbox."},
        {"not_keeping", "You said no."},
        {"taken_back", "Taken back."},
        {"on_its_way", "It is on its way."},
        {"thrown_away", "Thrown away. It was never sent."},
        {"acted", "Done. It is in the log."},
        {"taken", "The list was taken in. What is stricter here stayed."},
        {"appealed", "Sent. The moderators will look at it again."},
        {"server_blocked", "Blocked. They are not told."},
        {"undone", "Taken back. It is in the log."},
};

struct str web_done(const struct req *rq)
{
        struct str name = req_param(rq, "done");
        for (size_t i = 0; name.n && i < countof(sentences); i++)
                if (str_eq(name, str_of(sentences[i].name)))
                        return str_of(sentences[i].text);
        return STR_NONE;
}

struct str web_done_path(struct arena *a, struct str path, const char *name)
{
        size_t hash = str_find_char(path, '#');
        struct str head = str_cut(path, 0, hash), tail = str_after(path, hash);
        const char *join = str_has_char(head, '?') ? "&" : "?";
        return str_fmt(a, "%.*s%sdone=%s%.*s", STR_ARG(head), join, name, STR_ARG(tail));
}
