/* A post as another server wrote it: read into one struct, whatever shape it came in, cleaned and cut to our limits.
 * Nothing here asks the database or the network, so any document can be tried. */
#pragma once
#include "fedi/address.h"
#include "fedi/as.h"
#include "social/media.h"
#include "social/poll.h"

enum { /* T122: what is past these is cut, so that a note never fails for being rich */
        NOTE_MENTIONS_MAX = 50,
        NOTE_TAGS_MAX = 100,
        NOTE_FILES_MAX = 16,
        NOTE_EMOJI_MAX = 100,
        NOTE_ADDRESSED_MAX = 200,
        NOTE_SPOILER_BYTES = 2048,
        NOTE_TITLE_BYTES = 500,
        NOTE_ALT_BYTES = 10000, /* Mastodon's own cut */
        NOTE_CAPTION_MAX = 500, /* characters, as here */
        NOTE_LONG_BYTES = 8000, /* an article's words, beyond this a link and its summary stand for them */
        NOTE_POLICY_BYTES = 4096
};

/* What reading a document needs and finds out. */
struct reading {
        struct arena *arena;
        const struct settings *settings;
        int64_t now;
        const char *why; /* the reason of a refusal, for the log; our own words */
};
/* Keeps the reason and gives ERR_INPUT. */
enum err reading_refuse(struct reading *r, const char *why);

struct note_mention {
        struct str href, name; /* STR_NONE where missing; name without its leading @ */
};
struct note_file {
        enum media_kind kind;
        struct str url, type, description, blurhash, preview, caption; /* STR_NONE: none */
        int64_t width, height;
        double focus_x, focus_y;
};
struct note_emoji {
        struct str shortcode, url;
        int64_t updated_at; /* 0: not told */
};
/* A page the post is about, in the words of the post's own server. */
struct note_page {
        struct str url, title, description, image; /* url STR_NONE: none */
};
struct note_poll {
        struct str *options;
        int64_t *votes;
        size_t n;
        int64_t ends_at, voters; /* ends_at 0: never */
        bool multiple;
};

struct note_in {
        struct address id;
        struct str author; /* the actor's id, of the same origin */
        bool vote;         /* an answer to a poll: no post, see poll_option */
        struct str vote_option;
        enum audience audience;
        bool for_some; /* where it is for nobody else: people chosen, rather than mentioned */
        bool says_who; /* itself, not the activity around it */
        struct markup content;
        struct str spoiler, language, url; /* language STR_NONE: not known */
        bool sensitive;
        int64_t created_at, edited_at;
        struct str reply_to; /* STR_NONE: answers nothing */
        struct str quote, quote_approval;
        enum quote_policy quote_policy;
        struct str replies, context, policy; /* addresses; the interaction policy as JSON */
        struct note_mention *mentions;
        size_t n_mentions;
        struct str *tags; /* names without # */
        size_t n_tags;
        struct note_file *files;
        size_t n_files;
        struct note_page page;
        struct note_emoji *emoji;
        size_t n_emoji;
        struct note_poll *poll; /* NULL: none */
        struct str *addressed;  /* every id in to, cc and audience but the public one */
        size_t n_addressed;
        struct str *authors;    /* second ones, of the same server, see social/coauthor.h */
        size_t n_authors;
};

/* Who it goes to when the note does not say: an activity's own to and cc. */
struct note_about {
        const struct json_value *activity; /* that carried it; NULL: fetched */
        struct str author;                 /* who must have written it; STR_NONE: anybody */
        struct str followers;              /* the author's followers collection, as far as known */
};

/* ERR_INPUT with r->why for what is no post of this origin (no id, no author, an author elsewhere, a type that is not
 * shown). */
MUST_USE enum err note_in_read(struct reading *r, const struct json_value *note, const struct note_about *about,
                               struct note_in *ret);
/* Is this a type that becomes a post? */
bool note_in_is(const struct json_value *object);
/* Where the Public, the followers or nobody of both stand, once the followers collection is known. */
enum audience note_in_audience(const struct json_value *note, const struct json_value *activity, struct str followers);

/* The pieces, shared with actors and reactions. Inside fedi/ only. */
void note_in_emoji(struct reading *r, const struct json_value *tags, struct note_emoji **ret, size_t *n);
void note_in_tags(struct reading *r, const struct json_value *tags, struct note_in *n);
void note_in_files(struct reading *r, const struct json_value *note, struct note_in *n);
void note_in_page(struct reading *r, const struct json_value *note, struct note_in *n);
void note_in_poll(struct reading *r, const struct json_value *note, struct note_in *n);
enum err note_in_words(struct reading *r, const struct json_value *note, struct note_in *n);
/* Clean text of at most `bytes`, never cut inside a character; "" for what is none. */
struct str note_in_text(struct reading *r, struct str text, size_t bytes);
/* A moment between 1970 and now; `otherwise` when absent, unreadable or to come. */
int64_t note_in_time(struct reading *r, const struct json_value *v, int64_t otherwise);
