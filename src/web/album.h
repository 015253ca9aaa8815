/* Albums: what their pages show. */
#pragma once
#include "social/album.h"
#include "web/form.h"
#include "web/profile.h"

/* An album in a list. */
struct album_listed {
        struct album album;
        struct profile_photo cover; /* media NULL: it is empty */
};
struct album_page {
        struct album album;
        const struct account *owner;
        struct str path;
        struct str base; /* where it is changed: /albums, or the albums of a journal */
        struct viewer by; /* who reads: the journal itself for its owners */
        bool own;
        const struct profile_photo *photos;
        size_t n;
        struct str more;         /* where it goes on; STR_NONE: it ends here */
        struct str title, words; /* of the form */
        struct str title_error, words_error;
};
/* Photos of one's own posts to choose from. */
struct album_choice {
        struct profile_photo at;
        bool in; /* it is in the album already */
};

struct str path_of_album(struct arena *a, const struct account *owner, int64_t id); /* /@name/albums/ID */
/* Whose eyes the albums of this account are read with: the reader's, or the journal's own for its owners; *own: they may
 * change them. */
MUST_USE enum err web_album_viewer(struct req *rq, const struct account *owner, struct viewer *by, bool *own);
struct str web_albums_base(struct arena *a, const struct account *owner); /* "/albums", "/@journal/journal/albums" */
/* Those of a profile, with their covers. */
MUST_USE enum err web_albums_load(struct req *rq, const struct viewer *by, int64_t account, struct album_listed **ret, size_t *n);
/* Cards and photos for these, in their order; those that are gone are left out. */
MUST_USE enum err web_album_photos(struct req *rq, const struct viewer *by, const struct album_photo *v, size_t n,
                                   struct profile_photo **ret, size_t *n_ret);
/* Class names that keep the point its author chose in view where a photo is cropped. */
struct str crop_class(struct arena *a, const struct media *m);
