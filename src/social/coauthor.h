/* Second authors of a post, by consent: its author asks a member here, who accepts or declines. A co-author stands beside
 * the author's name, is an author to comments and letters (a row of `hand`), and changes or deletes nothing else. Either
 * ends it at once. The root carries POST_HAS_AUTHORS while it has any. */
#pragma once
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
extern const struct stmt_list COAUTHOR_STATEMENTS;
