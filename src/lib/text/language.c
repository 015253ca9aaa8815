/* Languages of posts: the list that the API and the settings pages offer, and the reader for tags.
 * The list is ISO 639-1, the regional forms of Chinese, and the ISO 639-3 codes Mastodon lists;
 * apps know these. A tag from outside may have any three-letter code. */
#include "lib/text/language.h"

/* clang-format off */
const struct language languages[] = {
        {"aa", "Afar"}, {"ab", "Abkhaz"}, {"ae", "Avestan"}, {"af", "Afrikaans"}, {"ak", "Akan"},
        {"am", "Amharic"}, {"an", "Aragonese"}, {"ar", "Arabic"}, {"as", "Assamese"},
        {"av", "Avaric"}, {"ay", "Aymara"}, {"az", "Azerbaijani"}, {"ba", "Bashkir"},
        {"be", "Belarusian"}, {"bg", "Bulgarian"}, {"bh", "Bihari"}, {"bi", "Bislama"},
        {"bm", "Bambara"}, {"bn", "Bengali"}, {"bo", "Tibetan"}, {"br", "Breton"},
        {"bs", "Bosnian"}, {"ca", "Catalan"}, {"ce", "Chechen"}, {"ch", "Chamorro"},
        {"co", "Corsican"}, {"cr", "Cree"}, {"cs", "Czech"}, {"cu", "Old Church Slavonic"},
        {"cv", "Chuvash"}, {"cy", "Welsh"}, {"da", "Danish"}, {"de", "German"}, {"dv", "Divehi"},
        {"dz", "Dzongkha"}, {"ee", "Ewe"}, {"el", "Greek"}, {"en", "English"}, {"eo", "Esperanto"},
        {"es", "Spanish"}, {"et", "Estonian"}, {"eu", "Basque"}, {"fa", "Persian"}, {"ff", "Fula"},
        {"fi", "Finnish"}, {"fj", "Fijian"}, {"fo", "Faroese"}, {"fr", "French"},
        {"fy", "Western Frisian"}, {"ga", "Irish"}, {"gd", "Scottish Gaelic"}, {"gl", "Galician"},
        {"gn", "Guarani"}, {"gu", "Gujarati"}, {"gv", "Manx"}, {"ha", "Hausa"}, {"he", "Hebrew"},
        {"hi", "Hindi"}, {"ho", "Hiri Motu"}, {"hr", "Croatian"}, {"ht", "Haitian"},
        {"hu", "Hungarian"}, {"hy", "Armenian"}, {"hz", "Herero"}, {"ia", "Interlingua"},
        {"id", "Indonesian"}, {"ie", "Interlingue"}, {"ig", "Igbo"}, {"ii", "Nuosu"},
        {"ik", "Inupiaq"}, {"io", "Ido"}, {"is", "Icelandic"}, {"it", "Italian"},
        {"iu", "Inuktitut"}, {"ja", "Japanese"}, {"jv", "Javanese"}, {"ka", "Georgian"},
        {"kg", "Kongo"}, {"ki", "Kikuyu"}, {"kj", "Kwanyama"}, {"kk", "Kazakh"},
        {"kl", "Kalaallisut"}, {"km", "Khmer"}, {"kn", "Kannada"}, {"ko", "Korean"},
        {"kr", "Kanuri"}, {"ks", "Kashmiri"}, {"ku", "Kurmanji (Kurdish)"}, {"kv", "Komi"},
        {"kw", "Cornish"}, {"ky", "Kyrgyz"}, {"la", "Latin"}, {"lb", "Luxembourgish"},
        {"lg", "Ganda"}, {"li", "Limburgish"}, {"ln", "Lingala"}, {"lo", "Lao"},
        {"lt", "Lithuanian"}, {"lu", "Luba-Katanga"}, {"lv", "Latvian"}, {"mg", "Malagasy"},
        {"mh", "Marshallese"}, {"mi", "Māori"}, {"mk", "Macedonian"}, {"ml", "Malayalam"},
        {"mn", "Mongolian"}, {"mr", "Marathi"}, {"ms", "Malay"}, {"mt", "Maltese"},
        {"my", "Burmese"}, {"na", "Nauru"}, {"nb", "Norwegian Bokmål"}, {"nd", "Northern Ndebele"},
        {"ne", "Nepali"}, {"ng", "Ndonga"}, {"nl", "Dutch"}, {"nn", "Norwegian Nynorsk"},
        {"no", "Norwegian"}, {"nr", "Southern Ndebele"}, {"nv", "Navajo"}, {"ny", "Chichewa"},
        {"oc", "Occitan"}, {"oj", "Ojibwe"}, {"om", "Oromo"}, {"or", "Oriya"}, {"os", "Ossetian"},
        {"pa", "Panjabi"}, {"pi", "Pāli"}, {"pl", "Polish"}, {"ps", "Pashto"}, {"pt", "Portuguese"},
        {"qu", "Quechua"}, {"rm", "Romansh"}, {"rn", "Kirundi"}, {"ro", "Romanian"},
        {"ru", "Russian"}, {"rw", "Kinyarwanda"}, {"sa", "Sanskrit"}, {"sc", "Sardinian"},
        {"sd", "Sindhi"}, {"se", "Northern Sami"}, {"sg", "Sango"}, {"si", "Sinhala"},
        {"sk", "Slovak"}, {"sl", "Slovenian"}, {"sm", "Samoan"}, {"sn", "Shona"}, {"so", "Somali"},
        {"sq", "Albanian"}, {"sr", "Serbian"}, {"ss", "Swati"}, {"st", "Southern Sotho"},
        {"su", "Sundanese"}, {"sv", "Swedish"}, {"sw", "Swahili"}, {"ta", "Tamil"},
        {"te", "Telugu"}, {"tg", "Tajik"}, {"th", "Thai"}, {"ti", "Tigrinya"}, {"tk", "Turkmen"},
        {"tl", "Tagalog"}, {"tn", "Tswana"}, {"to", "Tonga"}, {"tr", "Turkish"}, {"ts", "Tsonga"},
        {"tt", "Tatar"}, {"tw", "Twi"}, {"ty", "Tahitian"}, {"ug", "Uyghur"}, {"uk", "Ukrainian"},
        {"ur", "Urdu"}, {"uz", "Uzbek"}, {"ve", "Venda"}, {"vi", "Vietnamese"}, {"vo", "Volapük"},
        {"wa", "Walloon"}, {"wo", "Wolof"}, {"xh", "Xhosa"}, {"yi", "Yiddish"}, {"yo", "Yoruba"},
        {"za", "Zhuang"}, {"zh", "Chinese"}, {"zh-CN", "Chinese (China)"},
        {"zh-HK", "Chinese (Hong Kong)"}, {"zh-TW", "Chinese (Taiwan)"}, {"zh-YUE", "Cantonese"},
        {"zu", "Zulu"}, {"ast", "Asturian"}, {"chr", "Cherokee"}, {"ckb", "Sorani (Kurdish)"},
        {"cnr", "Montenegrin"}, {"csb", "Kashubian"}, {"gsw", "Swiss German"}, {"jbo", "Lojban"},
        {"kab", "Kabyle"}, {"ldn", "Láadan"}, {"lfn", "Lingua Franca Nova"}, {"moh", "Mohawk"},
        {"nds", "Low German"}, {"pdc", "Pennsylvania Dutch"}, {"sco", "Scots"},
        {"sma", "Southern Sami"}, {"smj", "Lule Sami"}, {"szl", "Silesian"}, {"tok", "Toki Pona"},
        {"vai", "Vai"}, {"xal", "Kalmyk"}, {"zba", "Balaibalan"},
        {"zgh", "Standard Moroccan Tamazight"},
};
/* clang-format on */
const size_t languages_count = countof(languages);

enum { TAG_MAX = 35 }; /* RFC 5646 section 4.4.1 */

/* Codes withdrawn by ISO 639 that old programs still send. */
static const struct {
        const char *old, *now;
} RENAMED[] = {{"in", "id"}, {"iw", "he"}, {"ji", "yi"}};

static const struct language *find(struct str code)
{
        for (size_t i = 0; i < languages_count; i++)
                if (str_eq_nocase(code, str_of(languages[i].code)))
                        return &languages[i];
        return NULL;
}

static bool all_in(struct str s, char from, char to)
{
        for (size_t i = 0; i < s.n; i++) {
                char c = s.p[i] >= 'A' && s.p[i] <= 'Z' ? (char)(s.p[i] + 32) : s.p[i];
                if (c < from || c > to)
                        return false;
        }
        return s.n > 0;
}

static bool is_alphas(struct str s)
{
        return all_in(s, 'a', 'z');
}

static bool is_primary(struct str s)
{
        if (!is_alphas(s) || str_eq_nocase(s, S("und")))
                return false;
        return (s.n == 2 && find(s)) || s.n == 3;
}

static bool is_alphanumeric(struct str s)
{
        for (size_t i = 0; i < s.n; i++)
                if (!is_alphas(str_cut(s, i, 1)) && !all_in(str_cut(s, i, 1), '0', '9'))
                        return false;
        return s.n > 0;
}

/* One subtag behind the language, put into its usual case (RFC 5646 section 2.1.1). Extensions and
 * private use say nothing about a post's language and end the tag. */
static bool append(struct arena *a, struct str *tag, struct str part, bool *end)
{
        bool alphas = is_alphas(part), digit = part.n && part.p[0] >= '0' && part.p[0] <= '9';
        char *p = str_z(a, str_lower(a, part));
        *end = part.n == 1;
        if (*end)
                return true;
        if (!is_alphanumeric(part) || part.n > 8 ||
            (!alphas && part.n < 4 && !(part.n == 3 && all_in(part, '0', '9'))) ||
            (!alphas && part.n == 4 && !digit))
                return false;
        if (alphas && part.n == 2) /* region */
                p[1] = (char)(p[1] - 32);
        if (alphas && (part.n == 2 || part.n == 4)) /* region, script */
                p[0] = (char)(p[0] - 32);
        *tag = str_fmt(a, "%.*s-%s", STR_ARG(*tag), p);
        return true;
}

bool language_read(struct arena *a, struct str tag, struct str *ret)
{
        if (!tag.n || tag.n > TAG_MAX)
                return false;
        struct str rest = str_replace(a, tag, S("_"), S("-")),
                   part; /* "pt_BR", as C libraries write it */
        if (!str_next(&rest, '-', &part))
                return false;
        struct str result = str_lower(a, part);
        for (size_t i = 0; i < countof(RENAMED); i++)
                if (str_eq(result, str_of(RENAMED[i].old)))
                        result = str_of(RENAMED[i].now);
        if (!is_primary(result))
                return false;
        bool end = false;
        while (!end && str_next(&rest, '-', &part))
                if (!append(a, &result, part, &end))
                        return false;
        const struct language *known = find(result);
        *ret = known ? str_of(known->code) : result; /* the case our list has, as in "zh-YUE" */
        return true;
}

struct str language_name(struct str code)
{
        const struct language *l = find(code);
        size_t primary = str_find_char(code, '-');
        if (!l && primary < code.n)
                l = find(str_cut(code, 0, primary));
        return l ? str_of(l->name) : STR_NONE;
}

bool language_is_rtl(struct str tag)
{
        static const char *const codes[] = {"ar", "arc", "ckb", "dv", "fa", "he", "ks", "nqo",
                                            "ps", "sd",  "syr", "ug", "ur", "yi", "zba"};
        static const char *const scripts[] = {"Adlm", "Arab", "Hebr", "Nkoo",
                                              "Rohg", "Samr", "Syrc", "Thaa"};
        struct str primary = STR_NONE, part;
        while (str_next(&tag, '-', &part)) {
                if (!primary.p) {
                        primary = part;
                        continue;
                }
                if (part.n != 4 || !is_alphas(part))
                        continue;
                for (size_t i = 0; i < countof(scripts); i++)
                        if (str_eq_nocase(part, str_of(scripts[i])))
                                return true;
                return false; /* a script that is written from the left, as in "ks-Deva" */
        }
        for (size_t i = 0; i < countof(codes); i++)
                if (str_eq_nocase(primary, str_of(codes[i])))
                        return true;
        return false;
}
