-- Counts the rows of every table that a dump holds, each as a line of its manifest.
SELECT format('SELECT concat_ws(E''\t'', ''rows'', count(*), %L) FROM ONLY %I.%I',
              translate(format('%I.%I', nspname, relname), E'\t\n', '  '), nspname, relname)
FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
WHERE relkind = 'r' AND nspname <> 'information_schema' AND nspname NOT LIKE 'pg\_%'
  AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = pg_class.oid AND deptype = 'e')
ORDER BY nspname, relname \gexec
