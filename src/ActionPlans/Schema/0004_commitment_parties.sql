-- Commitments by organisation: everybody who answers for one or takes part in it. Progress leaves the definition as it is, so this is written with a publication only.
create index commitment_parties on commitment using gin (
    (jsonb_path_query_array(definition, '$.keyvalue() ? (@.key == "responsible" || @.key == "coResponsible" || @.key == "intervening").value[*].id')) jsonb_path_ops);
