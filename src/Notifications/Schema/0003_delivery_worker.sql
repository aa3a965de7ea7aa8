-- Which process holds or held the row: on its machine it can be told what a killed one did last (HandOverMarks).
alter table delivery add column worker_id uuid;
