-- What readers keep away from themselves: topic pauses, not now, reminders to write. And support services.

-- A reader of whom the lists must leave something out: a filter that hides, a post put away. Nobody else is asked for any.
ALTER TABLE login ADD COLUMN sifts SMALLINT NOT NULL DEFAULT 0;
UPDATE login SET sifts = 1 WHERE EXISTS (SELECT 1 FROM filter f WHERE f.account = login.account AND f.action = 1);
ALTER TABLE login ADD COLUMN rest_ends BIGINT NOT NULL DEFAULT 0; -- of the topic pause that ends next and was not asked about; 0: none

-- Bundles of words that an administrator keeps, per language. A topic is the same in all of them.
CREATE TABLE topic (
        id BIGINT PRIMARY KEY
);
CREATE TABLE topic_words (
        topic BIGINT NOT NULL REFERENCES topic(id) ON DELETE CASCADE,
        language TEXT NOT NULL,
        name TEXT NOT NULL,
        words TEXT NOT NULL,                     -- with commas between them
        PRIMARY KEY (topic, language)
) WITHOUT ROWID;
-- What an author states a post to be about. Nobody but its author is shown it.
CREATE TABLE post_topic (
        post BIGINT NOT NULL REFERENCES post(id) ON DELETE CASCADE,
        topic BIGINT NOT NULL REFERENCES topic(id) ON DELETE CASCADE,
        PRIMARY KEY (post, topic)
) WITHOUT ROWID;
CREATE INDEX post_topic_of_topic ON post_topic(topic);

-- A topic pause is a filter that hides, with an end; its words are the filter's keywords.
CREATE TABLE pause (
        filter BIGINT PRIMARY KEY REFERENCES filter(id) ON DELETE CASCADE,
        account BIGINT NOT NULL REFERENCES account(id) ON DELETE CASCADE,
        days BIGINT NOT NULL,                    -- how long it was meant to last
        answered SMALLINT NOT NULL DEFAULT 0     -- it may end: Home does not ask
);
CREATE INDEX pause_of_account ON pause(account, filter);
CREATE INDEX pause_answered ON pause(filter) WHERE answered = 1;
CREATE TABLE pause_topic (
        filter BIGINT NOT NULL REFERENCES pause(filter) ON DELETE CASCADE,
        topic BIGINT NOT NULL REFERENCES topic(id) ON DELETE CASCADE,
        PRIMARY KEY (filter, topic)
) WITHOUT ROWID;
CREATE INDEX pause_topic_of_topic ON pause_topic(topic);
CREATE TABLE pause_spared (                      -- whose posts are shown all the same
        filter BIGINT NOT NULL REFERENCES pause(filter) ON DELETE CASCADE,
        account BIGINT NOT NULL REFERENCES account(id) ON DELETE CASCADE,
        PRIMARY KEY (filter, account)
) WITHOUT ROWID;
CREATE INDEX pause_spared_of_account ON pause_spared(account);

-- A post that one reader does not want to meet.
CREATE TABLE put_away (
        account BIGINT NOT NULL REFERENCES account(id) ON DELETE CASCADE,
        post BIGINT NOT NULL REFERENCES post(id) ON DELETE CASCADE,
        kind SMALLINT NOT NULL,                  -- enum put_away: the post, or only boosts of it
        at BIGINT NOT NULL, until BIGINT NOT NULL, -- 0: until it is taken back
        PRIMARY KEY (account, post, kind)
) WITHOUT ROWID;
CREATE INDEX put_away_of_post ON put_away(post);
CREATE INDEX put_away_until ON put_away(until) WHERE until > 0;

-- A friend's private reminder to write again.
CREATE TABLE reminder (
        id BIGINT PRIMARY KEY,
        account BIGINT NOT NULL REFERENCES account(id) ON DELETE CASCADE,
        post BIGINT NOT NULL REFERENCES post(id) ON DELETE CASCADE,
        at BIGINT NOT NULL                       -- the day, as an instant
);
CREATE UNIQUE INDEX reminder_once ON reminder(account, post);
CREATE INDEX reminder_by_account ON reminder(account, at);
CREATE INDEX reminder_of_post ON reminder(post);
ALTER TABLE login ADD COLUMN remind_mail SMALLINT NOT NULL DEFAULT 0; -- reminders come by mail, too
ALTER TABLE login ADD COLUMN remind_next BIGINT NOT NULL DEFAULT 0;   -- the earliest of theirs; 0: none

-- Who helps, as the administrator knows it: a row of the page /support.
CREATE TABLE support (
        id BIGINT PRIMARY KEY,
        language TEXT NOT NULL, country TEXT NOT NULL, position BIGINT NOT NULL,
        name TEXT NOT NULL, words TEXT NOT NULL, phone TEXT NOT NULL, link TEXT NOT NULL, hours TEXT NOT NULL
);
-- What stands beneath the comment form of hard news, in other languages than the built-in ones.
CREATE TABLE gentle (
        language TEXT PRIMARY KEY,
        suggestions TEXT NOT NULL,               -- one a line
        helpful TEXT NOT NULL, leave_out TEXT NOT NULL
);

INSERT INTO topic (id) VALUES (1), (2), (3), (4), (5), (6), (7), (8), (9), (10), (11), (12), (13);
INSERT INTO topic_words (topic, language, name, words) VALUES
        (1, 'en', 'Pregnancy and birth',
         'pregnancy, pregnancies, pregnant, expecting a baby, baby, babies, baby bump, birth, births, gave birth, given birth, born, newborn, newborns, due date, trimester, ultrasound, midwife, maternity, breastfeeding'),
        (1, 'de', 'Schwangerschaft und Geburt',
         'schwanger, schwangere, Schwangerschaft, Baby, Babys, Babybauch, Geburt, Geburten, geboren, entbunden, Entbindung, Neugeborenes, Neugeborene, Geburtstermin, Ultraschall, Hebamme, Kreißsaal, Mutterschutz, stillen'),
        (2, 'en', 'Loss of a child',
         'miscarriage, miscarriages, miscarried, stillbirth, stillborn, pregnancy loss, baby loss, infant loss, child loss, lost our baby, lost my baby, cot death'),
        (2, 'de', 'Verlust eines Kindes',
         'Fehlgeburt, Fehlgeburten, Totgeburt, Totgeburten, totgeboren, tot geboren, Sternenkind, Sternenkinder, plötzlicher Kindstod, Kind verloren, Baby verloren'),
        (3, 'en', 'Trying for a child',
         'fertility, infertility, infertile, IVF, embryo transfer, trying for a baby, trying to conceive, surrogacy'),
        (3, 'de', 'Kinderwunsch',
         'Kinderwunsch, unfruchtbar, Unfruchtbarkeit, künstliche Befruchtung, IVF, Embryotransfer, Leihmutterschaft'),
        (4, 'en', 'Illness',
         'ill, illness, illnesses, disease, diagnosis, diagnosed, cancer, leukaemia, leukemia, tumour, tumor, tumours, tumors, metastasis, chemotherapy, chemo, radiotherapy, surgery, hospital, intensive care, hospice, palliative, stroke, heart attack, dementia, relapse'),
        (4, 'de', 'Krankheit',
         'krank, Krankheit, Krankheiten, Erkrankung, Diagnose, Krebs, Leukämie, Tumor, Tumoren, Metastasen, Chemotherapie, Chemo, Bestrahlung, Operation, Krankenhaus, Klinik, Intensivstation, Hospiz, palliativ, Schlaganfall, Herzinfarkt, Demenz, Rückfall'),
        (5, 'en', 'Death and mourning',
         'death, deaths, died, dies, dying, dead, deceased, funeral, funerals, burial, buried, cremation, cemetery, grave, obituary, condolences, grief, grieving, mourning, bereaved, bereavement, widow, widower, rest in peace, RIP, in memory of'),
        (5, 'de', 'Tod und Trauer',
         'Tod, tot, gestorben, stirbt, starb, sterben, verstorben, Verstorbene, Todesfall, Beerdigung, Begräbnis, Bestattung, Trauerfeier, Friedhof, Grab, Nachruf, Beileid, Trauer, trauern, trauert, Witwe, Witwer, ruhe in Frieden, im Gedenken an'),
        (6, 'en', 'Suicide and self-harm',
         'suicide, suicides, suicidal, took his own life, took her own life, took their own life, overdose, self-harm, self-injury'),
        (6, 'de', 'Suizid und Selbstverletzung',
         'Suizid, Suizide, suizidal, Selbstmord, Selbsttötung, das Leben genommen, Freitod, Überdosis, Selbstverletzung'),
        (7, 'en', 'Weddings and engagements',
         'wedding, weddings, bride, groom, bridesmaid, engaged, engagement, fiancé, fiancée, proposal, honeymoon, wedding dress, wedding anniversary, just married, got married, getting married'),
        (7, 'de', 'Hochzeit und Verlobung',
         'Hochzeit, Hochzeiten, Braut, Bräutigam, Brautkleid, Trauung, Trauzeuge, Trauzeugin, verlobt, Verlobung, Heiratsantrag, Flitterwochen, Hochzeitstag, frisch verheiratet, heiraten'),
        (8, 'en', 'Separation and divorce',
         'divorce, divorced, divorcing, separated, separation, custody, broke up, breakup, break-up, ex-husband, ex-wife'),
        (8, 'de', 'Trennung und Scheidung',
         'Scheidung, geschieden, scheiden lassen, Trennung, getrennt, Sorgerecht, Exmann, Exfrau, Ex-Mann, Ex-Frau, Schluss gemacht'),
        (9, 'en', 'Food and dieting',
         'diet, diets, dieting, calorie, calories, weight loss, lose weight, losing weight, lost weight, weigh-in, fasting, intermittent fasting, low carb, keto, body fat, recipe, recipes'),
        (9, 'de', 'Essen und Diäten',
         'Diät, Diäten, Kalorie, Kalorien, abnehmen, abgenommen, Gewichtsverlust, Intervallfasten, fasten, Low Carb, Keto, Körperfett, Rezept, Rezepte'),
        (10, 'en', 'Alcohol and drugs',
         'alcohol, alcoholic, drunk, hangover, beer, wine, whisky, whiskey, vodka, gin, cocktail, cocktails, drugs, cocaine, heroin, cannabis, addiction'),
        (10, 'de', 'Alkohol und Drogen',
         'Alkohol, Alkoholiker, betrunken, Bier, Wein, Schnaps, Whisky, Wodka, Gin, Cocktail, Cocktails, Drogen, Kokain, Heroin, Cannabis, Sucht'),
        (11, 'en', 'War',
         'war, wars, warfare, bombing, bombings, bomb, bombs, missile, missiles, airstrike, airstrikes, air strike, shelling, artillery, invasion, troops, soldiers, front line, ceasefire, massacre, refugees'),
        (11, 'de', 'Krieg',
         'Krieg, Kriege, Bombe, Bomben, Bombardierung, Rakete, Raketen, Luftangriff, Luftangriffe, Beschuss, Artillerie, Invasion, Truppen, Soldaten, Front, Waffenruhe, Massaker, Flüchtlinge, Geflüchtete'),
        (12, 'en', 'Violence and abuse',
         'violence, violent, abuse, abused, abuser, assault, assaulted, rape, raped, murder, murdered, shooting, stabbing, domestic violence, torture'),
        (12, 'de', 'Gewalt und Missbrauch',
         'Gewalt, gewalttätig, Missbrauch, missbraucht, Misshandlung, misshandelt, Übergriff, Vergewaltigung, vergewaltigt, Mord, ermordet, Schießerei, Messerangriff, häusliche Gewalt, Folter'),
        (13, 'en', 'Politics and elections',
         'politics, political, politician, politicians, election, elections, electoral, campaign, parliament, government, minister, president, protest, protests, referendum'),
        (13, 'de', 'Politik und Wahlen',
         'Politik, politisch, Politiker, Politikerin, Wahl, Wahlen, Wahlkampf, Parlament, Bundestag, Regierung, Minister, Ministerin, Präsident, Präsidentin, Kanzler, Kanzlerin, Demonstration, Volksabstimmung');
INSERT INTO gentle (language, suggestions, helpful, leave_out) VALUES
        ('en', 'I’m so sorry.
I’m thinking of you.
Nothing to answer.',
         'Saying that you read it.
Saying a name, if they did.
One thing you remember.
One thing you can do, and when: “I bring supper on Thursday.”
Writing again in some weeks.',
         '“At least …”
“It was meant to be.”
“Everything happens for a reason.”
Advice, unless they ask.
What happened to somebody else.
Questions that need an answer.'),
        ('de', 'Es tut mir so leid.
Ich denke an dich.
Du musst nicht antworten.',
         'Sagen, dass man es gelesen hat.
Einen Namen nennen, wenn sie es taten.
Eine Sache, an die man sich erinnert.
Eine Sache, die man tun kann, und wann: „Ich bringe am Donnerstag Abendessen.“
In einigen Wochen wieder schreiben.',
         '„Wenigstens …“
„Es hat so sein sollen.“
„Wer weiß, wozu es gut ist.“
Ratschläge, wenn niemand fragt.
Was jemand anderem geschehen ist.
Fragen, die eine Antwort brauchen.');
