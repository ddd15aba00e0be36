# PostgreSQL with two shards: acts lie by member and clicks by link on two servers of their own, everything else on a third,
# which asks both (postgres_fdw). Sourced by run.sh, in the handoff's folder.

# The statement that makes a table, as the handoff declares it.
declared() { awk -v table="\"$1\"" '$0 ~ "^CREATE TABLE " table " " { found = 1 } found { print } found && /^\);/ { exit }' schema.sql; }
# The same without its own conditions' end, parted by the hash of a column.
parted() { declared "$1" | sed "s/^);\$/) PARTITION BY HASH (\"$2\");/"; }

for shard in shard0 shard1; do
  pg_start "$servers/$shard"
  { declared activities; declared clicks; } | pg_sql "$servers/$shard"
done
pg_start "$servers/coordinator" enable_partitionwise_aggregate=on enable_partitionwise_join=on
server=$servers/coordinator
{
  awk '/^CREATE TABLE "(activities|clicks)" / { skip = 1 } !skip { print } skip && /^\);/ { skip = 0 }' schema.sql
  parted activities member
  parted clicks link
  echo "CREATE EXTENSION postgres_fdw;"
  for number in 0 1; do
    echo "CREATE SERVER shard$number FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '$servers/shard$number', dbname 'postgres',
      fetch_size '20000', batch_size '2000', async_capable 'true', use_remote_estimate 'true');"
    echo "CREATE USER MAPPING FOR CURRENT_USER SERVER shard$number OPTIONS (user 'groundswell');"
    for table in activities clicks; do
      echo "CREATE FOREIGN TABLE ${table}_$number PARTITION OF $table FOR VALUES WITH (MODULUS 2, REMAINDER $number)
        SERVER shard$number OPTIONS (table_name '$table');"
    done
  done
} | pg_sql "$server"
load_shards() {
  {
    grep -E '^\\copy' load.sql
    # A key may not span servers: each shard has its own instead.
    grep -v -E '\b(activities|clicks)\b' keys.sql
    cat views.sql
  } >../shards.sql
  pg_sql "$server" -f ../shards.sql
  for shard in shard0 shard1; do
    pg_sql "$servers/$shard" -c 'ALTER TABLE activities ADD PRIMARY KEY (id)' -c 'ALTER TABLE clicks ADD PRIMARY KEY (id)' -c 'ANALYZE'
  done
  pg_sql "$server" -c ANALYZE
}
timed shards load load_shards
ask_server "$server" shards
{
  echo "Rows on each shard:"
  for shard in shard0 shard1; do
    pg_sql "$servers/$shard" -A -t -c "SELECT '$shard', (SELECT count(*) FROM activities), (SELECT count(*) FROM clicks)"
  done
  echo "What the shards are asked for the signals:"
  pg_sql "$server" -A -t -c "EXPLAIN (VERBOSE, COSTS OFF) $(cat sql/signals.sql)" | grep -E 'Foreign Scan|Remote SQL' || true
} >"$work/found/shards.plan"
for shard in coordinator shard0 shard1; do pg_stop "$servers/$shard"; done
