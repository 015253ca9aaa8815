/* Activities we send: each as its bytes, in the arena; STR_NONE when they could not be written. Ids never change for the
 * same act, so that others know one that comes twice. */
#pragma once
#include "fedi/note.h"

struct str activity_create(struct cx *cx, const struct note_out *n);
/* `at` makes the id of this update. */
struct str activity_update(struct cx *cx, const struct note_out *n, int64_t at);
struct str activity_update_actor(struct cx *cx, const struct account *a, int64_t at);
struct str activity_delete(struct cx *cx, const struct account *author, struct str uri);
/* Of a person who left: all that was theirs goes. */
struct str activity_delete_actor(struct cx *cx, struct str uri);
struct str activity_move(struct cx *cx, const struct account *from, struct str to, int64_t at);
struct activity_boost {
        const struct account *author;
        const struct post *wrapper; /* of an undone boost: only uri and created_at */
        struct str boosted;         /* uri; STR_NONE: gone */
        struct str approved_by;     /* what its author's server gave; STR_NONE: nothing was asked */
        struct recipients to, cc;
};
struct str activity_announce(struct cx *cx, const struct activity_boost *b, bool undo);
/* Add to or Remove from the pinned posts. */
struct str activity_pin(struct cx *cx, const struct account *author, struct str uri, bool on, int64_t at);
struct activity_like {
        const struct account *by;
        struct str uri;         /* of the post */
        struct str approved_by; /* as of boosts */
        int64_t mark;
};
struct str activity_like(struct cx *cx, const struct activity_like *l);
struct str activity_like_undo(struct cx *cx, const struct activity_like *l);
struct activity_vote {
        const struct account *by;
        struct str poll, poll_author, name;
        int64_t id;
        int part;
};
struct str activity_vote(struct cx *cx, const struct activity_vote *v);
/* What concerns two: "Follow", "Block" by us; the Undo of one; the Accept or Reject of their Follow. */
struct activity_pair {
        const struct account *by; /* here */
        struct str other;         /* elsewhere */
        const char *type;         /* "Follow" or "Block" */
        int64_t id;               /* of the relation */
        struct str uri;           /* of their Follow, when it is answered */
};
struct str activity_pair(struct cx *cx, const struct activity_pair *p);
struct str activity_pair_undo(struct cx *cx, const struct activity_pair *p);
struct str activity_follow_answer(struct cx *cx, const struct activity_pair *p, bool accept);
/* Quotes (FEP-044f). */
struct str activity_quote_request(struct cx *cx, const struct note_out *quote, struct str quoted);
struct activity_quote_answer {
        const struct account *by;
        struct str other, request, quote, quoted, stamp; /* stamp STR_NONE: no */
        int64_t id;
};
struct str activity_quote_answer(struct cx *cx, const struct activity_quote_answer *a);
/* A comment of theirs is shown: Accept of it with the approval (GoToSocial's interaction policies). */
struct activity_comment_answer {
        const struct account *by;
        struct str other, comment, approval;
        int64_t id;
};
struct str activity_comment_answer(struct cx *cx, const struct activity_comment_answer *a);
/* Interaction requests (GoToSocial's): may this answer, boost or favourite be? To whose post it is about, alone. */
struct str activity_reply_request(struct cx *cx, const struct note_out *reply, struct str target, struct str to);
struct str activity_announce_request(struct cx *cx, const struct activity_boost *b, struct str to);
struct str activity_like_request(struct cx *cx, const struct activity_like *l, struct str to);
/* The answer to one of theirs. */
struct activity_request_answer {
        const struct account *by;
        struct str other, type, request, object, instrument, result; /* result STR_NONE: no */
        int64_t id;
};
struct str activity_request_answer(struct cx *cx, const struct activity_request_answer *a);
/* The members of an Announce and a Like, for the files of activities. */
struct json;
void activity_put_announce(struct json *j, struct cx *cx, const struct activity_boost *b);
void activity_put_like(struct json *j, struct cx *cx, const struct activity_like *l);
/* A report, in the name of the server: who reported is not told. */
struct json_value;
struct str activity_flag(struct cx *cx, int64_t report, struct str target, const struct json_value *posts, struct str comment);
