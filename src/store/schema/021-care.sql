-- A letter that its reader showed to the moderators: its words as they were then, whatever becomes of the letter.
CREATE TABLE report_letter (
        report BIGINT PRIMARY KEY REFERENCES report(id) ON DELETE CASCADE,
        name TEXT NOT NULL,
        text TEXT NOT NULL,
        written_at BIGINT NOT NULL
);
