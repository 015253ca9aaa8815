/* The doors' route tables, gathered. The order does not matter: a literal path beats one with names
 * in it. */
#include "server/routes.h"
#include "api/absent.h"
#include "api/account.h"
#include "api/admin.h"
#include "api/conversation.h"
#include "api/filter.h"
#include "api/instance.h"
#include "api/list.h"
#include "api/marker.h"
#include "api/media.h"
#include "api/oauth.h"
#include "api/post.h"
#include "api/push.h"
#include "api/report.h"
#include "api/search.h"
#include "api/streaming.h"
#include "fedi/document.h"
#include "fedi/inbox.h"
#include "lib/base/die.h"
#include "server/metrics.h"
#include "web/moderate.h"
#include "web/web.h"

/* Tables are constant data of other files, so they are gathered by address and copied when the
 * server starts. */
static const struct route_list *const lists[] = {
        &API_ABSENT_ROUTES,
        &API_ACCOUNT_ROUTES,
        API_ADMIN_LISTS,
        &API_ANNOUNCEMENT_ROUTES,
        &API_APP_ROUTES,
        &API_CONVERSATION_ROUTES,
        &API_FILTER_ROUTES,
        &API_FILTER_V1_ROUTES,
        &API_INSTANCE_ROUTES,
        &API_LIST_ROUTES,
        &API_MARKER_ROUTES,
        &API_MARK_ROUTES,
        &API_MEDIA_ROUTES,
        &API_NOTIFICATION_GROUP_ROUTES,
        &API_NOTIFICATION_POLICY_ROUTES,
        &API_NOTIFICATION_ROUTES,
        &API_OAUTH_ROUTES,
        &API_POLL_ROUTES,
        &API_POST_ROUTES,
        &API_QUOTE_ROUTES,
        &API_PROFILE_ROUTES,
        &API_RELATIONSHIP_ROUTES,
        &API_PUSH_ROUTES,
        &API_REPORT_ROUTES,
        &API_SCHEDULED_ROUTES,
        &API_SEARCH_ROUTES,
        &API_SIGN_UP_ROUTES,
        &API_STREAMING_ROUTES,
        &API_TAG_FEATURE_ROUTES,
        &API_TAG_ROUTES,
        &API_TEXTS_ROUTES,
        &API_TIMELINE_ROUTES,
        &API_WELL_KNOWN_ROUTES,
        &COLLECTION_ROUTES,
        &DOCUMENT_ROUTES,
        &DOCUMENT_APPROVAL_ROUTES,
        &FEDI_INBOX_ROUTES,
        &MEDIA_FAR_ROUTES,
        &MEDIA_FILE_ROUTES,
        &METRICS_ROUTES,
        WEB_MODERATE_LISTS,
        WEB_ROUTE_LISTS,
};

size_t routes_count(void)
{
        return countof(lists);
}

void routes_gather(struct route_list *into)
{
        for (size_t i = 0; i < countof(lists); i++)
                into[i] = *lists[i];
}
