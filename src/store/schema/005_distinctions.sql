-- Why two members were said to be different people.
ALTER TABLE distinctions ADD COLUMN why TEXT;
