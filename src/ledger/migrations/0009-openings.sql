-- Which openings of the working schema this state knows, so that a copy restored later is told from it.

-- JSON: ids, oldest first, of which the working schema holds one; the first is null before there was any.
alter table {prefix}syncs add column openings text not null default '[null]';
