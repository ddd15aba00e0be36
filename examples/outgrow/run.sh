#!/usr/bin/env bash
# One program, handed over to PostgreSQL, to PostgreSQL with two shards, to DuckDB and to Spark: the same figures from all, and
# from a program that has their sums alone, or it fails; and how long each took.
#
# usage: run.sh [--members N] [--events N] [--advocates N] [--engines LIST] [--without LIST] [--folder DIR]
#   --members 2000 --events 20000 --advocates 40 if not given; the large one is --members 1000000 --events 20000000 --advocates 200
#   --engines postgres,shards,duckdb,spark if not given. One that is missing on this machine fails the run; --without spark
#     says that it is to be left out.
#   --folder: where to work; it is kept then, and a program made there before is used again. Else a temporary folder.
# Needs: groundswell (GROUNDSWELL names another binary than the release build), python3; for the engines PostgreSQL's server
# and psql, DuckDB for Python (pip install duckdb), Spark (pip install pyspark, and Java 17).
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
. "$here/server.sh"

members=2000 events=20000 advocates=40 engines=postgres,shards,duckdb,spark without="" folder=""
while [ $# -gt 0 ]; do
  case $1 in
    --members | --events | --advocates | --engines | --without | --folder) declare "${1#--}=$2"; shift 2 ;;
    *) sed -n '5,12s/^# \{0,1\}//p' "$0"; exit 2 ;;
  esac
done
ours=${GROUNDSWELL:-$here/../../target/release/groundswell}
[ -x "$ours" ] || { echo "FAILED: there is no $ours: cargo build --release, or name one with GROUNDSWELL"; exit 1; }
asked() { case ",$engines," in *",$1,"*) case ",$without," in *",$1,"*) return 1 ;; esac ;; *) return 1 ;; esac }

missing=""
if asked postgres || asked shards; then
  { [ -n "$(pg_bin)" ] && command -v psql >/dev/null; } || missing="$missing PostgreSQL (Debian: apt-get install postgresql; or --without postgres,shards);"
fi
! asked duckdb || python3 -c 'import duckdb' 2>/dev/null || missing="$missing DuckDB (pip install duckdb; or --without duckdb);"
spark=""
if asked spark; then
  spark=$(python3 -c 'import os, pyspark; print(os.path.dirname(pyspark.__file__))' 2>/dev/null || true)
  { [ -n "$spark" ] && command -v java >/dev/null; } || missing="$missing Spark (pip install pyspark, and Java 17; or --without spark);"
fi
[ -z "$missing" ] || { echo "FAILED: this machine lacks$missing"; exit 1; }

work=${folder:-$(mktemp -d)}
mkdir -p "$work"
work=$(cd "$work" && pwd)
# Servers that run as another user go through it to their own folders, and see nothing else.
chmod 711 "$work"
servers=$(mktemp -d)
chmod 711 "$servers"
pids=""
finish() {
  local one
  for one in single coordinator shard0 shard1; do pg_stop "$servers/$one" || true; done
  for one in $pids; do kill "$one" 2>/dev/null || true; done
  rm -rf "$servers"
  [ -n "$folder" ] || rm -rf "$work"
}
trap finish EXIT

rm -rf "$work/found" "$work/times.tsv"
mkdir -p "$work/found"
# Runs a command and writes down how long it took: timed ENGINE STEP COMMAND...
timed() {
  local engine=$1 step=$2 start
  shift 2
  start=$(date +%s%N)
  "$@"
  printf '%s\t%s\t%s\n' "$engine" "$step" "$((($(date +%s%N) - start) / 1000000))" >>"$work/times.tsv"
}
step() { printf '== %s\n' "$*"; }
program="$ours --db $work/groundswell.db --yes --quiet --as-of 2025-12-31"
# Everyone, who joined, and their links and codes: begin PROGRAM
begin() {
  local early=${1/2025-12-31/2025-01-01} number
  $1 init --name Outgrow --currency EUR --timezone UTC --preset saas
  $1 import "$work/members.csv" --as members >/dev/null
  for number in $(seq 0 $((advocates - 1))); do
    $early member stage "reader$number@example.com" active
    $early share link "reader$number@example.com" "https://example.com/" --short "https://go.example.com/a$number" >/dev/null
    $early share code "reader$number@example.com" "CODE$number" >/dev/null
  done
}

if [ ! -e "$work/made" ]; then
  step "a program of $members members and $events events"
  rm -f "$work"/groundswell.db*
  python3 "$here/make.py" "$work" "$members" "$events" "$advocates"
  begin "$program"
  for kind in nps activity clicks orders; do
    timed groundswell "import $kind" $program import "$work/$kind.csv" --as $kind >/dev/null
  done
  touch "$work/made"
fi

step "the program's own figures"
timed groundswell signals $program identify rank --top 1000 --format csv -o "$work/own-rank.csv"
timed groundswell reach $program measure reach --format csv -o "$work/own-reach.csv"
timed groundswell credit $program measure credit --format csv -o "$work/own-credit.csv"
timed groundswell "all five texts, compared" $program handoff --compare --format csv -o "$work/own-compare.csv"

texts="signals reach clicks credit paths rollup rollup-clicks"
hand_over() {
  rm -rf "$work/to-$1"
  timed groundswell "hand over to $1" $program handoff "$work/to-$1" --to "$1" >/dev/null
}
# Asks a server every text, and whether everything arrived.
ask_server() {
  local server=$1 engine=$2 text
  mkdir -p "$work/found/$engine"
  timed "$engine" verify pg_sql "$server" --csv -f "$work/to-postgres/verify.sql" >"$work/found/$engine.verify"
  for text in $texts; do
    timed "$engine" $text pg_sql "$server" --csv -f "$work/to-postgres/sql/$text.sql" >"$work/found/$engine/$text.csv"
  done
}

if asked postgres || asked shards; then
  step "PostgreSQL"
  hand_over postgres
  cd "$work/to-postgres"
fi
if asked postgres; then
  pg_start "$servers/single"
  timed postgres load pg_sql "$servers/single" -f load.sql >/dev/null
  ask_server "$servers/single" postgres
  pg_stop "$servers/single"
fi
if asked shards; then
  step "PostgreSQL with two shards"
  . "$here/shards.sh"
fi
if asked duckdb; then
  step "DuckDB"
  hand_over duckdb
  cd "$work/to-duckdb"
  mkdir -p "$work/found/duckdb"
  rm -f "$work/program.duckdb"
  python3 "$here/duck.py" "$work/program.duckdb" "$work/found/duckdb" $texts >>"$work/times.tsv"
  mv "$work/found/duckdb/verify.csv" "$work/found/duckdb.verify"
fi
if asked spark; then
  step "Spark, one master and two workers"
  hand_over spark
  . "$here/spark.sh"
fi
cd "$work"
step "a program that has the sums of the crowd's acts and of all clicks, and the rows of advocates alone"
sums="$ours --db $work/sums.db --yes --quiet --as-of 2025-12-31"
rm -f sums.db* && begin "$sums"
awk -F, -v advocates="$advocates" 'NR == 1 || substr($1, 7) + 0 < advocates' activity.csv >advocates-activity.csv
engine=$(ls found | grep -v '\.' | head -n 1)
timed sums "import nps" $sums import nps.csv --as nps >/dev/null
timed sums "import activity" $sums import advocates-activity.csv --as activity >/dev/null
timed sums "import rollup" $sums import "found/$engine/rollup.csv" --as rollup >/dev/null
timed sums "import clicks" $sums import "found/$engine/rollup-clicks.csv" --as clicks >/dev/null
timed sums "import orders" $sums import orders.csv --as orders >/dev/null
timed sums signals $sums identify rank --top 1000 --format csv -o sums-rank.csv
timed sums reach $sums measure reach --format csv -o sums-reach.csv
timed sums credit $sums measure credit --format csv -o sums-credit.csv
ls -l groundswell.db sums.db | awk '{ print $9 ": " $5 / 1e6 " MB" }'
step "all figures, side by side"
python3 "$here/compare.py" "$work"
