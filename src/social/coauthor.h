/* Second authors of a post, by consent: its author asks a member here, who accepts or declines. A co-author stands beside
 * the author's name, is an author to comments and letters (a row of `hand`), and changes or deletes nothing else. Either
 * ends it at once. The root carries POST_HAS_AUTHORS while it has any.
 *
 * Once they accepted, the post stands on both profiles and in the homes of those who follow either, as far as these may
 * see it: consent widens nothing that its author limited. What others see of it:
 * - Apps: `co_authors`, a list of accounts beside `account`, on posts that have any; and, for those that do not know it, a last
 *   line of the content that names them, who also stand among `mentions`, so that an answer is addressed to all authors.
 * - Other servers: `attributedTo` stays the one author. The co-author is tagged and addressed, named in the same last line, and
 *   listed in `tidings:coAuthors`. Accepting and ending send an Update; a public or quiet post is also announced by the
 *   co-author, so that their followers elsewhere meet it, unless its author lets nobody boost it. Only people here can be asked,
 *   so another server's word is believed where all authors are its own.
 * - The question itself is a private mention by the author, which every app shows; it never leaves the server and goes when it is
 *   answered or taken back. */
#pragma once
#include "social/account.h"
#include "social/post.h"

enum { COAUTHORS_MAX = 5 /* asked ones too: a post has authors, not a crowd */, COAUTHOR_LIST = 50 };

/* In a write transaction, as the author of a post from here that is no comment (ERR_MISSING otherwise). ERR_INPUT with a
 * sentence: not a member here, themselves, asked already, too many, or a post that only its author sees. Who is asked may
 * see the post from then on. */
MUST_USE enum err coauthor_ask(struct cx *cx, const struct viewer *by, int64_t post, int64_t account);
/* The one who was asked; ERR_MISSING for anybody else. Declining tells nobody. */
MUST_USE enum err coauthor_answer(struct cx *cx, const struct viewer *by, int64_t post, bool accept);
/* The author ends somebody's part or takes back an ask; a co-author leaves. ERR_MISSING for others. */
MUST_USE enum err coauthor_end(struct cx *cx, const struct viewer *by, int64_t post, int64_t account);
/* What is between two of whom one blocked the other: asked or standing. */
MUST_USE enum err coauthor_end_between(struct cx *cx, int64_t a, int64_t b);

struct coauthor {
        int64_t post, account;
        int64_t author; /* of the post */
        bool asked;     /* has not answered */
};
/* Those beside the authors of these posts, who accepted; by post, oldest account first. */
MUST_USE enum err coauthor_of_posts(struct cx *cx, const int64_t *posts, size_t n, struct coauthor **ret, size_t *n_ret);
/* Of one post, asked ones too. */
MUST_USE enum err coauthor_list(struct cx *cx, int64_t post, struct coauthor **ret, size_t *n);
/* Where this account is asked or is one; and whom it asked or has. The newest COAUTHOR_LIST. */
MUST_USE enum err coauthor_as(struct cx *cx, int64_t account, struct coauthor **ret, size_t *n);
MUST_USE enum err coauthor_beside(struct cx *cx, int64_t author, struct coauthor **ret, size_t *n);
/* Those who accepted, as accounts. */
MUST_USE enum err coauthor_people(struct cx *cx, int64_t post, struct account ***ret, size_t *n);
/* The content with its last line: "With @ben and @cat". */
struct markup coauthor_line(struct cx *cx, struct markup content, struct account *const *v, size_t n);
/* Without that line. */
struct str coauthor_line_cut(struct arena *a, struct str html);

/* ---- what follows from being one (coauthor_stand.c), in write transactions ---- */

/* Homes, the author's followers elsewhere, and the co-author's. */
MUST_USE enum err coauthor_stands(struct cx *cx, const struct post *p, int64_t account);
/* The same backwards; the row of `hand` is gone. */
MUST_USE enum err coauthor_stands_no_more(struct cx *cx, const struct post *p, int64_t account);
/* A comment to the post itself came, or waits: its co-authors hear of it as its author does. */
MUST_USE enum err coauthor_tell(struct cx *cx, const struct post *comment);
/* The co-authors of a post elsewhere, as its own server says: exactly these from now on. `quiet`: it is no news. */
MUST_USE enum err coauthor_given(struct cx *cx, int64_t post, const int64_t *accounts, size_t n, bool quiet);
/* The bit on the post, after rows of `hand` changed. */
MUST_USE enum err coauthor_mark(struct cx *cx, int64_t post);
extern const struct stmt_list COAUTHOR_STATEMENTS;
