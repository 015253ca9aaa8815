/* The scopes of the API: names to bits, broad to granular, and what the consent page says of each.
 */
#include "social/scope.h"
#include "lib/base/buf.h"

_Static_assert(SCOPE_N_COUNT_ <= 48, "the bits above are what routes ask");

static const struct str names[] = {
#define SCOPE(name, text) {text, sizeof(text) - 1},
#include "social/scope.def"
#undef SCOPE
};

static const char *const words[SCOPE_N_COUNT_] = {
        [SCOPE_N_READ] = "See everything in your account",
        [SCOPE_N_READ_ACCOUNTS] = "See your profile and preferences",
        [SCOPE_N_READ_BLOCKS] = "See whom you block",
        [SCOPE_N_READ_BOOKMARKS] = "See your bookmarks",
        [SCOPE_N_READ_COLLECTIONS] = "See your collections",
        [SCOPE_N_READ_FAVOURITES] = "See your favourites",
        [SCOPE_N_READ_FILTERS] = "See your filters",
        [SCOPE_N_READ_FOLLOWS] = "See whom you follow",
        [SCOPE_N_READ_LISTS] = "See your lists",
        [SCOPE_N_READ_MUTES] = "See whom you mute",
        [SCOPE_N_READ_NOTIFICATIONS] = "See your notifications",
        [SCOPE_N_READ_SEARCH] = "Search as you",
        [SCOPE_N_READ_STATUSES] = "See all posts that you can see",
        [SCOPE_N_WRITE] = "Change everything in your account",
        [SCOPE_N_WRITE_ACCOUNTS] = "Change your profile",
        [SCOPE_N_WRITE_BLOCKS] = "Block people and servers",
        [SCOPE_N_WRITE_BOOKMARKS] = "Bookmark posts",
        [SCOPE_N_WRITE_COLLECTIONS] = "Change your collections",
        [SCOPE_N_WRITE_CONVERSATIONS] = "Mark and remove conversations",
        [SCOPE_N_WRITE_FAVOURITES] = "Favourite posts",
        [SCOPE_N_WRITE_FILTERS] = "Change your filters",
        [SCOPE_N_WRITE_FOLLOWS] = "Follow and unfollow people",
        [SCOPE_N_WRITE_LISTS] = "Change your lists",
        [SCOPE_N_WRITE_MEDIA] = "Upload photos and other files",
        [SCOPE_N_WRITE_MUTES] = "Mute people and conversations",
        [SCOPE_N_WRITE_NOTIFICATIONS] = "Clear your notifications",
        [SCOPE_N_WRITE_REPORTS] = "Report people",
        [SCOPE_N_WRITE_STATUSES] = "Publish and delete posts",
        [SCOPE_N_FOLLOW] = "Change whom you follow, mute and block",
        [SCOPE_N_PUSH] = "Send you push notifications",
        [SCOPE_N_PROFILE] = "See only your name and picture",
        [SCOPE_N_ADMIN_READ] = "See all data of this server",
        [SCOPE_N_ADMIN_READ_ACCOUNTS] = "See details of all accounts",
        [SCOPE_N_ADMIN_READ_REPORTS] = "See all reports",
        [SCOPE_N_ADMIN_READ_DOMAIN_ALLOWS] = "See which servers are allowed",
        [SCOPE_N_ADMIN_READ_DOMAIN_BLOCKS] = "See which servers are blocked",
        [SCOPE_N_ADMIN_READ_IP_BLOCKS] = "See which addresses are blocked",
        [SCOPE_N_ADMIN_READ_EMAIL_DOMAIN_BLOCKS] = "See which mail providers are blocked",
        [SCOPE_N_ADMIN_READ_CANONICAL_EMAIL_BLOCKS] = "See which mail addresses are blocked",
        [SCOPE_N_ADMIN_WRITE] = "Change all data of this server",
        [SCOPE_N_ADMIN_WRITE_ACCOUNTS] = "Moderate accounts",
        [SCOPE_N_ADMIN_WRITE_REPORTS] = "Act on reports",
        [SCOPE_N_ADMIN_WRITE_DOMAIN_ALLOWS] = "Change which servers are allowed",
        [SCOPE_N_ADMIN_WRITE_DOMAIN_BLOCKS] = "Change which servers are blocked",
        [SCOPE_N_ADMIN_WRITE_IP_BLOCKS] = "Change which addresses are blocked",
        [SCOPE_N_ADMIN_WRITE_EMAIL_DOMAIN_BLOCKS] = "Change which mail providers are blocked",
        [SCOPE_N_ADMIN_WRITE_CANONICAL_EMAIL_BLOCKS] = "Change which mail addresses are blocked",
};

/* "follow" is older than the granular names and means these. */
static const uint64_t follow_holds = SCOPE_FOLLOW | SCOPE_READ_BLOCKS | SCOPE_READ_FOLLOWS |
                                     SCOPE_READ_MUTES | SCOPE_WRITE_BLOCKS | SCOPE_WRITE_FOLLOWS |
                                     SCOPE_WRITE_MUTES;

static uint64_t expand(size_t i)
{
        if (i == SCOPE_N_FOLLOW)
                return follow_holds;
        uint64_t bits = SCOPE_BIT(i);
        for (size_t k = 0; k < countof(names); k++) {
                if (names[k].n > names[i].n && str_starts(names[k], names[i]) &&
                    names[k].p[names[i].n] == ':')
                        bits |= SCOPE_BIT(k);
        }
        return bits;
}

static bool find(struct str name, size_t *ret)
{
        for (size_t i = 0; i < countof(names); i++) {
                if (str_eq(names[i], name)) {
                        *ret = i;
                        return true;
                }
        }
        return false;
}

bool scope_next(struct str *rest, struct str *ret)
{
        while (str_next(rest, ' ', ret)) {
                *ret = str_trim(*ret);
                if (ret->n)
                        return true;
        }
        return false;
}

bool scope_read(struct str text, uint64_t *ret)
{
        uint64_t bits = 0;
        struct str word;
        while (scope_next(&text, &word)) {
                size_t i;
                if (!find(word, &i))
                        return false;
                bits |= expand(i);
        }
        *ret = bits;
        return true;
}

struct str scope_tidy(struct arena *a, struct str text)
{
        uint64_t seen = 0;
        char *z = make_n(a, text.n + 1, char);
        size_t n = 0, i;
        struct str word;
        while (scope_next(&text, &word)) {
                if (!find(word, &i) || (seen & SCOPE_BIT(i)))
                        continue;
                seen |= SCOPE_BIT(i);
                if (n)
                        z[n++] = ' ';
                memcpy(z + n, word.p, word.n);
                n += word.n;
        }
        return (struct str){z, n};
}

size_t scope_count(void)
{
        return countof(names);
}

struct str scope_name(size_t i)
{
        return names[i];
}

struct str scope_words(size_t i)
{
        return str_of(words[i]);
}
