/**
 * What is asked of the catalogue. Each row: the schema it lies in, a line that names and describes it, an expression that PostgreSQL prints
 * from a parse tree (normalised afterwards), and whether it is ours in a schema of the vendor's.
 *
 * Nothing in here depends on an OID, on the number of a column (they have gaps after a column was dropped) or on an owner.
 */

const notOfExtension = (catalogue: string, alias: string) =>
  `not exists (select from pg_depend as d where d.classid = '${catalogue}'::regclass and d.objid = ${alias}.oid and d.deptype = 'e')`;

const userSchema = "n.nspname <> 'information_schema' and n.nspname !~ '^pg_'";

const objectName = "format('%I.%I', n.nspname, c.relname)";

/** One row for each right: grantee and privilege, not the order in which they were granted, nor by whom. */
const rights = (acl: string, kind: string, owner: string, what: string, from: string, where: string) => `
  select n.nspname as schema, format('%s: %s %s%s', ${what}, case when a.grantee = 0 then 'public' else a.grantee::regrole::text end, a.privilege_type, case when a.is_grantable then ' with grant option' else '' end) as line,
    null::text as expression, false as ours
  from ${from} cross join lateral aclexplode(coalesce(${acl}, acldefault('${kind}', ${owner}))) as a
  where ${where} and a.grantee <> ${owner}`;

const relation = "pg_class as c join pg_namespace as n on n.oid = c.relnamespace";
const ourRelation = `${userSchema} and c.relpersistence <> 't' and ${notOfExtension("pg_class", "c")}`;

export const catalogueQueries: Readonly<Record<string, string>> = {
  schema: `select n.nspname as schema, quote_ident(n.nspname) as line, null::text as expression, false as ours from pg_namespace as n where ${userSchema} and ${notOfExtension("pg_namespace", "n")}`,

  relation: `
    select n.nspname as schema,
      format('%s kind=%s persistence=%s rls=%s force=%s replica=%s access=%s options=%s partition=%s of=%s inherits=%s', ${objectName}, c.relkind, c.relpersistence, c.relrowsecurity,
        c.relforcerowsecurity, c.relreplident, (select amname from pg_am where oid = c.relam), (select array_agg(o order by o) from unnest(c.reloptions) as o),
        pg_get_partkeydef(c.oid), case when c.reloftype = 0 then null else c.reloftype::regtype end,
        (select array_agg(i.inhparent::regclass::text order by i.inhseqno) from pg_inherits as i where i.inhrelid = c.oid)) as line,
      pg_get_expr(c.relpartbound, c.oid) as expression, false as ours
    from ${relation} where c.relkind in ('r', 'p', 'v', 'm', 'f', 'c', 'S') and ${ourRelation}`,

  column: `
    select n.nspname as schema,
      format('%s.%I #%s %s notnull=%s identity=%s generated=%s collation=%s storage=%s compression=%s statistics=%s options=%s', ${objectName}, a.attname,
        row_number() over (partition by c.oid order by a.attnum), format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity, a.attgenerated,
        case when a.attcollation in (0, t.typcollation) then null else a.attcollation::regcollation end, a.attstorage, a.attcompression, coalesce(a.attstattarget, -1), a.attoptions) as line,
      pg_get_expr(d.adbin, d.adrelid) as expression, false as ours
    from ${relation} join pg_attribute as a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped join pg_type as t on t.oid = a.atttypid
      left join pg_attrdef as d on d.adrelid = c.oid and d.adnum = a.attnum
    where c.relkind in ('r', 'p', 'v', 'm', 'f', 'c') and ${ourRelation}`,

  constraint: `
    select n.nspname as schema, format('%I on %s validated=%s', k.conname, case when k.conrelid <> 0 then k.conrelid::regclass::text else k.contypid::regtype::text end, k.convalidated) as line,
      pg_get_constraintdef(k.oid) as expression, false as ours
    from pg_constraint as k join pg_namespace as n on n.oid = k.connamespace left join pg_class as c on c.oid = k.conrelid
    where ${userSchema} and k.contype <> 't' and (c.oid is null or (${ourRelation}))`,

  index: `
    select n.nspname as schema, format('%s on %s unique=%s valid=%s clustered=%s replica=%s', ${objectName}, i.indrelid::regclass, i.indisunique, i.indisvalid, i.indisclustered, i.indisreplident) as line,
      pg_get_indexdef(c.oid) as expression, false as ours
    from ${relation} join pg_index as i on i.indexrelid = c.oid where ${ourRelation}`,

  sequence: `
    select n.nspname as schema,
      format('%s %s start=%s increment=%s min=%s max=%s cache=%s cycle=%s ownedby=%s', ${objectName}, s.seqtypid::regtype, s.seqstart, s.seqincrement, s.seqmin, s.seqmax, s.seqcache, s.seqcycle,
        (select format('%s.%I', d.refobjid::regclass, a.attname) from pg_depend as d join pg_attribute as a on a.attrelid = d.refobjid and a.attnum = d.refobjsubid
          where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.refclassid = 'pg_class'::regclass and d.deptype in ('a', 'i'))) as line,
      null::text as expression, false as ours
    from ${relation} join pg_sequence as s on s.seqrelid = c.oid where ${ourRelation}`,

  view: `select n.nspname as schema, ${objectName} as line, pg_get_viewdef(c.oid) as expression, false as ours from ${relation} where c.relkind in ('v', 'm') and ${ourRelation}`,

  rule: `
    select n.nspname as schema, format('%I on %s enabled=%s', r.rulename, ${objectName}, r.ev_enabled) as line, pg_get_ruledef(r.oid) as expression, false as ours
    from ${relation} join pg_rewrite as r on r.ev_class = c.oid where r.rulename <> '_RETURN' and ${ourRelation}`,

  // The vendor's tables come without policies: each of them is ours.
  policy: `
    select n.nspname as schema,
      format('%I on %s for %s permissive=%s to %s', p.polname, ${objectName}, p.polcmd, p.polpermissive,
        (select array_agg(case when role = 0 then 'public' else role::regrole::text end order by case when role = 0 then 'public' else role::regrole::text end) from unnest(p.polroles) as role)) as line,
      concat('using ', pg_get_expr(p.polqual, p.polrelid), ' check ', pg_get_expr(p.polwithcheck, p.polrelid)) as expression, true as ours
    from ${relation} join pg_policy as p on p.polrelid = c.oid where ${ourRelation}`,

  trigger: `
    select n.nspname as schema, format('%I on %s enabled=%s', t.tgname, ${objectName}, t.tgenabled) as line, pg_get_triggerdef(t.oid) as expression,
      f.nspname not in ('auth', 'storage', 'realtime', 'supabase_functions', 'net', 'cron', 'vault', 'extensions', 'pgsodium', 'pg_catalog') as ours
    from ${relation} join pg_trigger as t on t.tgrelid = c.oid join pg_proc as p on p.oid = t.tgfoid join pg_namespace as f on f.oid = p.pronamespace
    where not t.tgisinternal and t.tgparentid = 0 and ${ourRelation}`,

  // The text of a function is kept as it was written; only a body in standard SQL is printed from a tree.
  function: `
    select n.nspname as schema,
      case when p.prosqlbody is null then pg_get_functiondef(p.oid) else format('%s(%s) returns %s', p.oid::regproc, pg_get_function_arguments(p.oid), pg_get_function_result(p.oid)) end as line,
      pg_get_function_sqlbody(p.oid) as expression, false as ours
    from pg_proc as p join pg_namespace as n on n.oid = p.pronamespace where p.prokind <> 'a' and ${userSchema} and ${notOfExtension("pg_proc", "p")}`,

  aggregate: `
    select n.nspname as schema, format('%s sfunc=%s stype=%s final=%s init=%s parallel=%s', p.oid::regprocedure, a.aggtransfn, a.aggtranstype::regtype, a.aggfinalfn, a.agginitval, p.proparallel) as line,
      null::text as expression, false as ours
    from pg_proc as p join pg_namespace as n on n.oid = p.pronamespace join pg_aggregate as a on a.aggfnoid = p.oid where ${userSchema} and ${notOfExtension("pg_proc", "p")}`,

  type: `
    select n.nspname as schema,
      format('%s kind=%s base=%s notnull=%s labels=%s range=%s', t.oid::regtype, t.typtype, case when t.typtype = 'd' then format_type(t.typbasetype, t.typtypmod) end, t.typnotnull,
        (select array_agg(e.enumlabel order by e.enumsortorder) from pg_enum as e where e.enumtypid = t.oid), (select r.rngsubtype::regtype from pg_range as r where r.rngtypid = t.oid)) as line,
      t.typdefault as expression, false as ours
    from pg_type as t join pg_namespace as n on n.oid = t.typnamespace where t.typtype in ('d', 'e', 'r') and ${userSchema} and ${notOfExtension("pg_type", "t")}`,

  eventtrigger: `
    select n.nspname as schema, format('%I on %s enabled=%s tags=%s function=%s', e.evtname, e.evtevent, e.evtenabled, e.evttags, e.evtfoid::regproc) as line, null::text as expression, false as ours
    from pg_event_trigger as e join pg_proc as p on p.oid = e.evtfoid join pg_namespace as n on n.oid = p.pronamespace where ${userSchema} and ${notOfExtension("pg_event_trigger", "e")}`,

  publication: `
    select n.nspname as schema, format('%I: %s', p.pubname, ${objectName}) as line, null::text as expression, false as ours
    from pg_publication as p join pg_publication_rel as r on r.prpubid = p.oid join pg_class as c on c.oid = r.prrelid join pg_namespace as n on n.oid = c.relnamespace where ${userSchema}`,

  statistics: `
    select n.nspname as schema, format('%I.%I', n.nspname, s.stxname) as line, pg_get_statisticsobjdef(s.oid) as expression, false as ours
    from pg_statistic_ext as s join pg_namespace as n on n.oid = s.stxnamespace where ${userSchema}`,

  "right on relation": `
    ${rights("c.relacl", "r", "c.relowner", objectName, relation, `c.relkind in ('r', 'p', 'v', 'm', 'f') and ${ourRelation}`)}
    union all
    ${rights("c.relacl", "s", "c.relowner", objectName, relation, `c.relkind = 'S' and ${ourRelation}`)}`,
  "right on column": `
    select n.nspname as schema, format('%s.%I: %s %s%s', ${objectName}, col.attname, case when a.grantee = 0 then 'public' else a.grantee::regrole::text end, a.privilege_type, case when a.is_grantable then ' with grant option' else '' end) as line,
      null::text as expression, false as ours
    from ${relation} join pg_attribute as col on col.attrelid = c.oid and not col.attisdropped cross join lateral aclexplode(col.attacl) as a where ${ourRelation}`,
  "right on function": rights("p.proacl", "f", "p.proowner", "p.oid::regprocedure", "pg_proc as p join pg_namespace as n on n.oid = p.pronamespace", `${userSchema} and ${notOfExtension("pg_proc", "p")}`),
  "right on type": rights("t.typacl", "T", "t.typowner", "t.oid::regtype", "pg_type as t join pg_namespace as n on n.oid = t.typnamespace", `t.typtype in ('d', 'e', 'r') and ${userSchema} and ${notOfExtension("pg_type", "t")}`),
  "right on schema": rights("n.nspacl", "n", "n.nspowner", "quote_ident(n.nspname)", "pg_namespace as n", `${userSchema} and ${notOfExtension("pg_namespace", "n")}`),

  comment: `
    select n.nspname as schema, format('%s column=%s: %s', ${objectName}, (select attname from pg_attribute where attrelid = c.oid and attnum = m.objsubid and m.objsubid > 0), m.description) as line, null::text as expression, false as ours
    from ${relation} join pg_description as m on m.classoid = 'pg_class'::regclass and m.objoid = c.oid where ${ourRelation}
    union all
    select n.nspname, format('%s: %s', p.oid::regprocedure, m.description), null, false
    from pg_proc as p join pg_namespace as n on n.oid = p.pronamespace join pg_description as m on m.classoid = 'pg_proc'::regclass and m.objoid = p.oid where ${userSchema} and ${notOfExtension("pg_proc", "p")}
    union all
    select n.nspname, format('%s: %s', t.oid::regtype, m.description), null, false
    from pg_type as t join pg_namespace as n on n.oid = t.typnamespace join pg_description as m on m.classoid = 'pg_type'::regclass and m.objoid = t.oid where ${userSchema} and ${notOfExtension("pg_type", "t")}
    union all
    select n.nspname, format('schema %I: %s', n.nspname, m.description), null, false
    from pg_namespace as n join pg_description as m on m.classoid = 'pg_namespace'::regclass and m.objoid = n.oid where ${userSchema} and ${notOfExtension("pg_namespace", "n")}
    union all
    select n.nspname, format('constraint %I on %s: %s', k.conname, k.conrelid::regclass, m.description), null, false
    from pg_constraint as k join pg_class as c on c.oid = k.conrelid join pg_namespace as n on n.oid = c.relnamespace join pg_description as m on m.classoid = 'pg_constraint'::regclass and m.objoid = k.oid where ${ourRelation}
    union all
    select n.nspname, format('trigger %I on %s: %s', t.tgname, ${objectName}, m.description), null, false
    from ${relation} join pg_trigger as t on t.tgrelid = c.oid join pg_description as m on m.classoid = 'pg_trigger'::regclass and m.objoid = t.oid where ${ourRelation}
    union all
    select n.nspname, format('policy %I on %s: %s', p.polname, ${objectName}, m.description), null, true
    from ${relation} join pg_policy as p on p.polrelid = c.oid join pg_description as m on m.classoid = 'pg_policy'::regclass and m.objoid = p.oid where ${ourRelation}`,
};
