/* Comments on a post whose author has a say: the gate a new comment passes, the piles where it may wait, and what the
 * hands of a thread (its authors and keepers, see switches.h) do with it. The thread's root decides. Private mentions are
 * conversations, not comments, and pass. A comment that is not shown goes to nobody but its writer, and to the hands on
 * their pages and when they ask for it by its id. */
#pragma once
#include "social/post_store.h"
#include "social/switches.h"

enum pile { PILE_FOLLOWED, PILE_OTHERS, PILE_CHECK, PILE_ASIDE, PILE_LATE, PILES_ };
enum comment_verb {
        COMMENT_SHOW,
        COMMENT_KEEP,
        COMMENT_DECLINE,
        COMMENT_HIDE,  /* one that is shown: only the authors have it then */
        COMMENT_UNDO,
        COMMENT_THANK, /* beneath letters and comments; listed, and never undone */
        COMMENT_VERBS_
};
enum {
        COMMENT_YOUNG_DAYS = 7, /* accounts younger than this are looked at first */
        RATHER_NOT_MAX = 200,
        RATHER_NOT_BYTES = 200,
        COMMENTS_AT_ONCE = 100, /* sorted in one transaction; a job goes on with the rest */
        PILE_PAGE = 20,
        PILE_COUNTED = 1000,
        PILE_NAMES = 12 /* read for the line of names */
};
extern const char COMMENT_HELD_SENTENCE[];   /* for the writer alone */
extern const char COMMENTS_CLOSED[];         /* without letters */
extern const char COMMENTS_CLOSED_LETTERS[]; /* with */

/* ---- the gate: for post_store, post_replace and the federation side ---- */

struct gate {
        bool in_pile;  /* it waits */
        enum pile pile;
        int64_t owner; /* the root's author */
        int64_t under; /* the hidden comment whose author's answer this is; 0: waits by itself */
        bool alert;    /* the owner hears that it waits */
        bool authors;  /* it answers a post from here that has co-authors: they hear of it too */
        int64_t memorial; /* the root's author has died: its stewards read it, and all since then; 0: no */
        bool answer;   /* shown at once, and its server waits to hear so */
};
/* Decides n->post.state and what else the thread's switches ask (POST_HAS_SWITCHES, plain links, the author being
 * addressed). ERR_INPUT with the sentence for people here who may not comment. */
MUST_USE enum err comment_gate(struct cx *cx, struct post_new *n, struct gate *ret);
/* The row beside a post that was stored in a pile. */
MUST_USE enum err comment_put(struct cx *cx, const struct post *p, const struct gate *g);
/* The words are about to change: the gate once more. *again: a shown comment waits from now on. */
MUST_USE enum err comment_gate_edit(struct cx *cx, const struct post *old, struct post_new *n, bool *again);
/* A post found its parent later, and so its thread: it may have to wait now. */
MUST_USE enum err comment_adopted(struct cx *cx, int64_t post);
/* May this person comment here now? *sentence: what stands instead of the form; none when they may. */
MUST_USE enum err comment_may(struct cx *cx, const struct viewer *by, int64_t root, struct str *sentence);
/* Comments have closed by themselves, or with their journal: what still comes from elsewhere waits in the pile for that. */
MUST_USE enum err comment_is_late(struct cx *cx, int64_t root, bool *ret);

/* ---- states ---- */

/* Gives p another state with all that follows: what is shown is counted, given to its readers, told to those named in it
 * and delivered as new with its own date; what is no longer shown is taken back. p->state is the new one after. */
MUST_USE enum err comment_move(struct cx *cx, struct post *p, enum comment_state to);
/* An author favourited or answered this in an app: a waiting one is shown when they like it so. */
MUST_USE enum err comment_touched(struct cx *cx, int64_t account, struct post *p);
/* Settings, Apps: whether that shows it. On from the start. */
MUST_USE enum err comment_apps_show(struct cx *cx, int64_t account, bool *ret);
MUST_USE enum err comment_apps_show_set(struct cx *cx, int64_t account, bool on);
/* Whether its writer reads the sentence beside it; for a page of posts. */
MUST_USE enum err comment_notes(struct cx *cx, const struct viewer *by, struct post *const *posts, size_t n, bool *ret);

/* ---- sorting, by a hand ---- */

struct comment_row {
        struct post *post;
        enum pile pile;
        enum comment_state state;
        int64_t thread;
};
/* One comment. `expect`: the state the page showed (COMMENT_SHOWN..); another one meanwhile is ERR_CONFLICT with a
 * sentence saying what it is now. *batch names the act for undoing. ERR_MISSING for who is no hand. */
MUST_USE enum err comment_sort(struct cx *cx, const struct viewer *by, int64_t post, enum comment_verb verb,
                               enum comment_state expect, int64_t *batch);
/* All that wait in a pile (of one thread, or of all when 0). The rest beyond COMMENTS_AT_ONCE goes on as a job. */
MUST_USE enum err comment_show_pile(struct cx *cx, const struct viewer *by, int64_t thread, enum pile pile, int64_t *batch);
MUST_USE enum err comment_show_pile_job(struct cx *cx, struct str payload);
/* Takes a press of a button back: own acts, and for authors those of keepers. */
MUST_USE enum err comment_undo(struct cx *cx, const struct viewer *by, int64_t batch);
MUST_USE enum err comment_undo_job(struct cx *cx, struct str payload); /* the rest beyond COMMENTS_AT_ONCE */
/* Notes an act that changes no comment (a letter put away, a thank-you). */
MUST_USE enum err comment_act_add(struct cx *cx, const struct viewer *by, int64_t thread, int64_t post, enum comment_verb verb);

struct comment_act {
        int64_t id, batch, thread, post, letter, actor, at, undone_at; /* post or letter: 0 */
        enum hand_role role;
        enum comment_verb verb;
        enum comment_state was, became;
};
/* What `actor` (0: anybody) did in the threads whose author is `by`, newest first, below `before` (0: the newest). */
MUST_USE enum err comment_acts(struct cx *cx, const struct viewer *by, int64_t actor, int64_t before, size_t most,
                               struct comment_act **ret, size_t *n);

/* Pins one shown comment of the authors beneath the post (0: none). */
MUST_USE enum err comment_pin(struct cx *cx, const struct viewer *by, int64_t thread, int64_t post);
MUST_USE enum err comment_print(struct cx *cx, const struct viewer *by, int64_t post, bool not_in_print); /* own ones */
MUST_USE enum err comment_not_in_print(struct cx *cx, int64_t post, bool *ret);

/* ---- reading piles ---- */

struct pile_row {
        int64_t count;    /* up to PILE_COUNTED */
        struct str names; /* "Ann, Ben and others" */
};
/* Each name once, in this order; more than PILE_NAMES of them are "others". */
struct str pile_name_line(struct arena *a, const struct str *names, size_t n);
/* `thread` 0: all threads of whom `by` is a hand. */
MUST_USE enum err comment_piles(struct cx *cx, const struct viewer *by, int64_t thread, struct pile_row ret[PILES_]);
/* Oldest first, from after `after`; ids of waiting comments that `by` may sort. */
MUST_USE enum err comment_pile(struct cx *cx, const struct viewer *by, int64_t thread, enum pile pile, int64_t after,
                               size_t most, int64_t **ret, size_t *n);
/* Kept or declined ones of a thread. */
MUST_USE enum err comment_sorted(struct cx *cx, const struct viewer *by, int64_t thread, enum comment_state state,
                                 int64_t after, size_t most, int64_t **ret, size_t *n);
/* Does anything wait for this person? For the strip and the calm line. */
MUST_USE enum err comment_waits(struct cx *cx, int64_t account, int64_t thread, bool *ret);

/* ---- words an author would rather not read ---- */

struct rather_not {
        int64_t id;
        struct str words;
};
MUST_USE enum err rather_not_list(struct cx *cx, int64_t account, struct rather_not **ret, size_t *n);
MUST_USE enum err rather_not_add(struct cx *cx, int64_t account, struct str words);
MUST_USE enum err rather_not_drop(struct cx *cx, int64_t account, int64_t id);
/* Does the text hold any of this person's words, as whole words, whatever their case and marks? */
MUST_USE enum err rather_not_match(struct cx *cx, int64_t account, struct str text, bool *ret);

extern const struct stmt_list COMMENT_STATEMENTS;
extern const struct stmt_list COMMENT_GATE_STATEMENTS;
extern const struct stmt_list COMMENT_SORT_STATEMENTS;
extern const struct stmt_list COMMENT_PILE_STATEMENTS;
extern const struct stmt_list RATHER_NOT_STATEMENTS;
