-- Where the picture is that a video or sound of another server shows first. Its copy's names stand in preview and still.
ALTER TABLE media ADD COLUMN film_picture TEXT;
