/* The page for each error that a handler of the pages, or the way to it, ends with. The server's
 * error hook calls this. Nothing of the request is echoed, so that what a reader may not see looks
 * like what never was. */
#include "lib/base/encode.h"
#include "web/error.html.h"
#include "web/page.h"
#include "web/web.h"

struct words {
        const char *title, *text; /* text NULL: the sentence of whoever found the error */
        bool ours;                /* our fault: say how to tell us */
};

static const struct words by_error[ERR_COUNT_] = {
        [ERR_MISSING] = {"Nothing is here",
                         "There is no such page, or it is not for everybody. If a link led you "
                         "here, what it led to "
                         "may have been deleted, or shared with fewer people.",
                         false},
        [ERR_GONE] = {"This was deleted",
                      "Somebody took this back, or has left. It is not kept here any more.", false},
        [ERR_LIMIT] = {"A little slower, please",
                       "Many requests came from here in a short time. Nothing was lost. Wait a few "
                       "minutes, then try "
                       "again.",
                       false},
        [ERR_NO_TOKEN] = {"You are signed out",
                          "Nothing was changed. Sign in, then go back and do it again.", false},
        [ERR_METHOD] = {"Nothing is here",
                        "This address does not take what was sent. Nothing was changed.", false},
        [ERR_TOO_LARGE] = {"That is too large", NULL, false},
        [ERR_CONFLICT] = {"Somebody was faster",
                          "This was changed at the same moment. Nothing was overwritten. Go back, "
                          "load the page again, "
                          "and look.",
                          false},
        [ERR_FAULT] = {"That did not go through",
                       "Something went wrong on our side. Nothing was changed by it. You can go "
                       "back and try again; "
                       "most browsers still have what you typed.",
                       true},
        [ERR_BUSY] = {"Busy for a moment",
                      "The server has a lot to do just now. Nothing was changed. Wait a moment, "
                      "then try again.",
                      false},
        [ERR_FULL] =
                {"No room left",
                 "The server's disk is full, so nothing new can be kept. What was there is safe.",
                 true},
        [ERR_REMOTE] = {"The other server did not answer", NULL, false},
};

static bool to_sign_in(struct req *rq, enum err e)
{
        if (e != ERR_NO_TOKEN || (rq->method != METHOD_GET && rq->method != METHOD_HEAD))
                return false;
        struct str next = percent_encode(rq->arena, web_own_path(rq->target, S("/")));
        reply_redirect(rq, str_join(rq->arena, S("/sign-in?next="), next));
        return true;
}

void web_error(struct req *rq, enum err e, struct str sentence)
{
        if (to_sign_in(rq, e))
                return;
        const struct words *w = &by_error[e];
        struct web_page p = {.alone = true};
        p.title = w->title ? str_of(w->title) : S("That did not go through");
        bool told = e == ERR_CONFLICT && rq->cx && rq->cx->fault.n; /* by whoever found it */
        struct str text = w->text && !told ? str_of(w->text) : sentence;
        struct html *h = web_open_plain(rq, err_status(e), &p);
        web_error_body(h, &p, text, w->ours, rq->id ? str_of(rq->id) : S("-"));
        web_close(h, &p);
}
