/* Adds the delivery job of a forwarded report. Called by report.c, in its transaction. */
#include "social/outbox_report.h"
#include "lib/text/json.h"
#include "social/post.h"
#include "store/job.h"

enum err outbox_report(struct cx *cx, const struct report *r, const struct id_list *posts)
{
        struct buf b = {0};
        struct json j;
        enum err e = OK;
        json_open(&j, &b);
        json_object(&j, NULL);
        json_id(&j, "target", r->target);
        json_id(&j, "report", r->id);
        json_str(&j, "comment", r->comment);
        json_array(&j, "posts");
        for (size_t i = 0; i < posts->n && !e; i++) {
                struct post *p;
                e = post_load(cx, posts->v[i], &p);
                if (!e)
                        json_str(&j, NULL, p->uri);
        }
        json_end(&j);
        json_end(&j);
        if (!e)
                return job_add_buf(cx, "deliver_report", &b, STR_NONE);
        buf_free(&b);
        return e;
}
