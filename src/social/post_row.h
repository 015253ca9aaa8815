/* The columns of a post as statements select them, and reading them. Inside social/ only. */
#pragma once
#include "social/post.h"

#define POST_COLUMNS                                                                               \
        " p.id, p.account, p.app, p.uri, p.url, pa.username, pa.domain, p.audience, p.audience_list," \
        " p.state, p.local, p.local_only,"                        \
        " CASE WHEN pa.sensitized_at IS NULL THEN p.sensitive ELSE 1 END, COALESCE(pa.suspended_at, 0), p.text, p.content,"   \
        " p.spoiler, p.language, p.reply_to, p.reply_account, p.thread, p.boost_of, p.quote_of,"   \
        " p.quote_state, p.quote_policy, p.has, p.replies_count, p.boosts_count,"                  \
        " p.favourites_count, p.quotes_count, p.created_at, p.edited_at "
#define POST_OUT "iiISSssiIiiiiisssSIIiIIiiiiiiiiI"

void post_row_read(struct cx *cx, struct row *r, struct post *p);
