-- An operator may ask the engine for a backup.
alter table operator_command drop constraint operator_command_action_check;
alter table operator_command add constraint operator_command_action_check
    check (action in ('SEND_AGAIN', 'SET_ASIDE', 'REBUILD', 'SEND_MESSAGE_AGAIN', 'SET_MESSAGE_ASIDE', 'BACKUP'));
