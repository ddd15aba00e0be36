# Functions for one PostgreSQL server in a folder of its own: no port, no password, nothing left behind. Sourced.

# Where the server's programs are; nothing where PostgreSQL is not installed. Debian keeps them out of PATH.
pg_bin() {
  local found
  found=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
  [ -x "$found/initdb" ] || found=$(dirname "$(command -v postgres || echo /nowhere/postgres)")
  [ ! -x "$found/initdb" ] || printf '%s\n' "$found"
}

# PostgreSQL refuses to run as root, so there it runs as the user its package made.
as_pg() {
  if [ "$(id -u)" = 0 ]; then (cd / && exec runuser -u postgres -- "$@"); else "$@"; fi
}

# Makes and starts a server; its socket is in the folder. More settings may follow, each a word.
pg_start() {
  local folder=$1 settings="" setting
  shift
  mkdir -p "$folder"
  [ "$(id -u)" != 0 ] || chown postgres "$folder"
  for setting in listen_addresses= "unix_socket_directories=$folder" fsync=off max_wal_size=4GB shared_buffers=256MB work_mem=64MB \
    maintenance_work_mem=256MB "$@"; do
    settings="$settings -c $setting"
  done
  as_pg "$(pg_bin)/initdb" -D "$folder/data" -U groundswell -A trust --locale=C -E UTF8 --no-sync >"$folder.initdb.log" 2>&1 ||
    { cat "$folder.initdb.log" >&2; return 1; }
  as_pg "$(pg_bin)/pg_ctl" -D "$folder/data" -l "$folder/log" -o "$settings" -w start >/dev/null ||
    { cat "$folder/log" >&2; return 1; }
}

# Stops the server of a folder, if it runs.
pg_stop() {
  [ ! -e "$1/data/postmaster.pid" ] || as_pg "$(pg_bin)/pg_ctl" -D "$1/data" -m immediate -w stop >/dev/null
}

# psql on the server of a folder.
pg_sql() {
  local folder=$1
  shift
  psql -X -q -v ON_ERROR_STOP=1 -h "$folder" -U groundswell -d postgres "$@"
}
