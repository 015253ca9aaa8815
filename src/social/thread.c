/* Threads: one walk over the index of the thread's posts, judged row by row; the tree is built in
 * memory. Called by the API's context, by pages, and by the federation side for its replies. */
#include "social/thread.h"
#include "social/sift.h"

static const struct stmt THREAD_OF = {
        .name = "thread_of",
        .text = "SELECT p.id, p.reply_to, CASE WHEN " VISIBLE_TO("$2") " AND " WANTED_BY_AS(
                "pa", "$2") " THEN 1 ELSE 0 END FROM post p JOIN account pa ON pa.id = p.account "
                            "WHERE p.thread = $1 "
                            "AND p.boost_of IS NULL ORDER BY p.id LIMIT $3",
        .in = "iii",
        .out = "iIi",
};

/* A post of the thread; children are a chain, oldest first. */
struct node {
        int64_t id, reply_to;
        struct node *child, *last, *sibling;
        bool shown;
};
struct nodes {
        struct node *v;
        size_t n;
};

static enum err load(struct cx *cx, const struct viewer *by, int64_t thread, size_t most,
                     struct nodes *ret)
{
        size_t size = 64, n = 0;
        struct node *v = make_n(cx->arena, size, struct node);
        struct row r;
        TRY(db_all(cx->db, &THREAD_OF, NULL, BIND(V(thread), V(by->account), V(most)), &r));
        while (row_next(&r)) {
                if (n == size) {
                        struct node *more = make_n(cx->arena, size * 2, struct node);
                        memcpy(more, v, n * sizeof *v);
                        v = more;
                        size *= 2;
                }
                v[n].id = row_int(&r);
                v[n].reply_to = row_int(&r);
                v[n++].shown = row_int(&r) != 0;
        }
        *ret = (struct nodes){v, n};
        return row_end(&r);
}

/* Rows come ordered by id. */
static struct node *find(const struct nodes *l, int64_t id)
{
        size_t from = 0, to = l->n;
        while (from < to) {
                size_t mid = from + (to - from) / 2;
                if (l->v[mid].id == id)
                        return &l->v[mid];
                if (l->v[mid].id < id)
                        from = mid + 1;
                else
                        to = mid;
        }
        return NULL;
}

static void grow_tree(const struct nodes *l)
{
        for (size_t i = 0; i < l->n; i++) {
                struct node *x = &l->v[i], *parent = x->reply_to ? find(l, x->reply_to) : NULL;
                if (!parent || parent == x)
                        continue;
                if (parent->last)
                        parent->last->sibling = x;
                else
                        parent->child = x;
                parent->last = x;
        }
}

/* Upwards; bounded by the number of rows, whatever another server claims to answer what. */
static void climb(struct cx *cx, const struct nodes *l, const struct node *from, struct thread *ret)
{
        int64_t *v = make_n(cx->arena, l->n, int64_t);
        size_t n = 0, steps = 0;
        const struct node *x = from->reply_to ? find(l, from->reply_to) : NULL;
        for (; x && steps < l->n; steps++) {
                if (x->shown)
                        v[n++] = x->id;
                x = x->reply_to ? find(l, x->reply_to) : NULL;
        }
        for (size_t i = 0; i < n / 2; i++) {
                int64_t swap = v[i];
                v[i] = v[n - 1 - i];
                v[n - 1 - i] = swap;
        }
        ret->up = v;
        ret->n_up = n;
}

/* Depth first without recursion: a thread may be as deep as it is long. A loop among rows cannot be
 * reached from a post outside of it, and `room` bounds one that holds the post. */
static void descend(struct cx *cx, const struct nodes *l, const struct node *from,
                    struct thread *ret)
{
        const struct node **stack = make_n(cx->arena, l->n + 1, const struct node *);
        size_t top = 0, n = 0;
        ret->down = make_n(cx->arena, l->n + 1, int64_t);
        ret->depth = make_n(cx->arena, l->n + 1, unsigned char);
        const struct node *x = from->child;
        size_t steps = 0;
        while (x && steps++ < l->n) {
                if (x->shown && x != from) {
                        ret->down[n] = x->id;
                        ret->depth[n++] =
                                (unsigned char)(top + 1 < THREAD_DEPTH_MAX ? top + 1
                                                                           : THREAD_DEPTH_MAX);
                }
                if (x->child && x != from) {
                        stack[top++] = x;
                        x = x->child;
                        continue;
                }
                while (!x->sibling && top)
                        x = stack[--top];
                x = x->sibling;
        }
        ret->n_down = n;
}

/* What the reader does not want to meet; its answers stay. */
static enum err sift(struct cx *cx, const struct viewer *by, struct thread *t)
{
        struct sift *s;
        size_t k = 0;
        TRY(sift_load(cx, by, FILTER_THREAD, &s));
        if (!s)
                return OK;
        TRY(sift_keep(cx, s, t->up, &t->n_up));
        bool *hidden = make_n(cx->arena, t->n_down + 1, bool);
        TRY(sift_judge(cx, s, t->down, t->n_down, hidden));
        for (size_t i = 0; i < t->n_down; i++)
                if (!hidden[i]) {
                        t->down[k] = t->down[i];
                        t->depth[k++] = t->depth[i];
                }
        t->n_down = k;
        return OK;
}

enum err thread_get(struct cx *cx, const struct viewer *by, int64_t post, struct thread *ret)
{
        struct post *p;
        struct nodes l;
        *ret = (struct thread){0};
        TRY(post_get(cx, by, post, &p));
        if (p->boost_of) /* a wrapper stands alone */
                return OK;
        if (by->account && !p->local && cx->instance->look_far) /* visitors make us ask nobody */
                cx->instance->look_far(cx, FAR_THREAD, post);
        TRY(load(cx, by, p->thread, by->account ? THREAD_MAX : THREAD_STRANGER_MAX, &l));
        const struct node *x = find(&l, post);
        if (!x)
                return OK; /* beyond the limit of a very long thread */
        grow_tree(&l);
        climb(cx, &l, x, ret);
        descend(cx, &l, x, ret);
        return sift(cx, by, ret);
}

const struct stmt_list THREAD_STATEMENTS = {(const struct stmt *const[]){&THREAD_OF}, 1};
