/* What the operator chose: one struct, filled from tidings.conf, the environment and flags by server/config.c, read
 * everywhere, never changed while the server runs. */
#pragma once
#include "lib/base/str.h"

/* Who may read a list. */
enum shown { SHOWN_EVERYBODY, SHOWN_MEMBERS, SHOWN_NOBODY };
enum registration { REGISTRATION_INVITE, REGISTRATION_OPEN, REGISTRATION_CLOSED };

struct settings {
        struct str data;           /* directory of everything */
        struct str listen;         /* "127.0.0.1:8080", "unix:/path" */
        struct str url;            /* public address, no final slash: "https://social.example" */
        struct str host;           /* its host[:port] */
        struct str account_domain; /* in @name@domain; host when not set */
        bool https;                /* url is https */
        struct str title, description, contact_email, contact_account, source_url;
        struct str language;       /* of the server: "en" */
        struct str zone;           /* IANA time zone of pages for visitors */
        enum registration registration;
        bool keeper_invites;      /* members may invite one keeper each, whatever the registration */
        bool registration_approval;
        bool new_accounts_approve_followers;
        bool rate_limits;
        bool federation_allow_private_addresses;
        bool signed_fetch;
        bool federation_allow_list;    /* only servers that are allowed */
        bool quarantine_mentions;      /* mentions by strangers elsewhere wait */
        enum shown show_server_blocks, show_server_block_reasons;
        bool local_timeline_for_visitors;
        struct str robots_file;    /* instead of ours */
        struct str extra_ca_file;
        struct str_list trusted_proxies;
        struct str metrics_token;
        struct str photobox;       /* path of the boxed program */
        int64_t loops;             /* 0: one a core */
        int64_t suspended_days;    /* 30; 0: for ever */
        int64_t post_characters;   /* 2,000 */
        int64_t photos_per_post;   /* 10 */
        int64_t image_bytes;       /* 16 MiB */
        int64_t video_bytes;       /* 40 MiB */
        int64_t keepsake_bytes;    /* one; 2 GiB */
        int64_t far_media_bytes;   /* copies of other servers' files; 2 GiB */
        bool link_previews;
        int64_t link_preview_delay_s; /* 60 */
        int64_t database_cache_bytes; /* a connection */
        struct str smtp_url, mail_from;
};
