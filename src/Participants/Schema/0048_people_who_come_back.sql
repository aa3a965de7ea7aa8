-- Of those told in the day's pass, people who cannot sign in: the executive secretary is told of all of them in one mail, at the pass's end.
alter table retention_pass add column cannot_sign_in integer not null default 0 check (cannot_sign_in >= 0);
