/* Delivery jobs of answers to quote requests: see outbox_quote.h. Called by fedi's receiving side.
 */
#include "social/outbox_quote.h"
#include "lib/text/json.h"
#include "store/job.h"

enum err outbox_quote_answer(struct cx *cx, const struct quote_answer *a)
{
        struct buf b = {0};
        struct json j;
        json_open(&j, &b);
        json_object(&j, NULL);
        json_id(&j, "account", a->account);
        json_id(&j, "to", a->to);
        json_str(&j, "request", a->request);
        json_str(&j, "quote", a->quote);
        json_id(&j, "post", a->post);
        json_str(&j, "stamp", a->stamp);
        json_end(&j);
        return job_add_buf(cx, "deliver_quote_answer", &b, STR_NONE);
}

enum err outbox_quote_revoked(struct cx *cx, int64_t account, int64_t to, struct str stamp)
{
        struct buf b = {0};
        struct json j;
        json_open(&j, &b);
        json_object(&j, NULL);
        json_id(&j, "account", account);
        json_id(&j, "to", to);
        json_str(&j, "stamp", stamp);
        json_end(&j);
        return job_add_buf(cx, "deliver_quote_revoked", &b, STR_NONE);
}
