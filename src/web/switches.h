/* The switches of a post as a form: which bundle, and every switch in words. The composer and the
 * post's own page "Presets" show it. A choice that the form was not yet filled from is obeyed all
 * the same: what a person changed by hand is laid over it, so nothing depends on the order in which
 * the buttons are pressed. */
#pragma once
#include "lib/http/req.h"
#include "social/switches.h"
#include "web/form.h"

enum { SWITCHES_AS_THEY_ARE = -1 }; /* the choice "as it is now" of a post that was sent */

struct switches_form {
        const struct preset *all; /* to choose from */
        size_t n;
        const struct preset *of; /* the one the controls are filled from */
        const struct preset *before; /* what a form that came in had been filled from */
        bool sent; /* of a post that was sent: its photos have their veils beside them */
        struct preset now;       /* as the controls say */
        bool changed;            /* they say something else than `of`: it is Custom */
        struct str name, name_error;
};

/* A control: a tick when it has no options. The sentences are the summary. */
struct switch_option {
        int64_t value;
        const char *label, *sentence;
};
struct switch_control {
        enum switch_number number;
        const char *id, *label, *hint;
        const char *on, *off; /* of a tick */
        const struct switch_option *options;
        size_t n;
};
struct switch_group {
        const char *name;
        bool to_come; /* not of what was sent already */
        const struct switch_control *v;
        size_t n;
};
extern const struct switch_group SWITCH_GROUPS[];
extern const size_t SWITCH_GROUPS_COUNT;

/* The bundles of this account; `as_it_is` (NULL: none) stands before them. Filled from bundle `id`,
 * or from Everyday when that is gone. */
MUST_USE enum err switches_form_open(struct cx *cx, int64_t account, const struct preset *as_it_is,
                                     int64_t id, struct switches_form *f);
/* What was sent: another bundle, other switches, or nothing of either. */
void switches_form_read(struct req *rq, struct switches_form *f);
/* Fills it from a bundle that was kept; one that was changed by hand or is gone lies over Everyday. */
void switches_form_set(struct switches_form *f, const struct preset *bundle);
/* The bundle to send with: its id is PRESET_CUSTOM when something was changed by hand. */
struct preset *switches_form_bundle(struct arena *a, const struct switches_form *f);
/* The sentences of one group, in a row. */
struct str switches_words(struct arena *a, const struct switch_group *g, const struct preset *p);
/* The value of one control. */
int64_t switches_value(const struct preset *p, enum switch_number number);
