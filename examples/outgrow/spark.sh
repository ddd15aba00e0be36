# Spark: one master and two workers on this machine, reached over the loopback only. Sourced by run.sh.

export SPARK_HOME=$spark SPARK_LOCAL_IP=127.0.0.1 SPARK_LOG_DIR=$work/spark-logs SPARK_NO_DAEMONIZE=1
port=${SPARK_PORT:-17077}
mkdir -p "$SPARK_LOG_DIR" "$work/found/spark"
serve() {
  "$SPARK_HOME/bin/spark-class" "org.apache.spark.deploy.$@" >>"$SPARK_LOG_DIR/cluster" 2>&1 &
  pids="$pids $!"
}
serve master.Master --host 127.0.0.1 --port "$port" --webui-port 0
for worker in 1 2; do
  serve worker.Worker --host 127.0.0.1 --cores 1 --memory 3g --webui-port 0 --work-dir "$work/spark-work-$worker" "spark://127.0.0.1:$port"
done
for _ in $(seq 120); do
  [ "$(grep -c 'Registering worker' "$SPARK_LOG_DIR/cluster" || true)" -ge 2 ] && break
  sleep 0.5
done
[ "$(grep -c 'Registering worker' "$SPARK_LOG_DIR/cluster" || true)" -ge 2 ] || { tail -n 20 "$SPARK_LOG_DIR/cluster"; echo "FAILED: the workers did not come up"; exit 1; }
submit() {
  PYTHONPATH="$work/to-spark" "$SPARK_HOME/bin/spark-submit" --master "spark://127.0.0.1:$port" --driver-memory 3g --executor-memory 2g \
    --conf spark.ui.enabled=false --conf spark.sql.shuffle.partitions=64 --conf spark.log.level=ERROR "$@"
}
timed spark load submit "$work/to-spark/load.py" >"$SPARK_LOG_DIR/load" 2>&1 || { tail -n 20 "$SPARK_LOG_DIR/load"; echo "FAILED: Spark did not load"; exit 1; }
files="$work/to-spark/verify.sql"
for text in $texts; do files="$files $work/to-spark/sql/$text.sql"; done
submit "$work/to-spark/query.py" --into "$work/found/spark" $files >"$SPARK_LOG_DIR/query" 2>&1 || { tail -n 20 "$SPARK_LOG_DIR/query"; echo "FAILED: Spark did not answer"; exit 1; }
sed -n -E 's/^([a-z-]+)\.sql: ([0-9.]+) s$/\1 \2/p' "$SPARK_LOG_DIR/query" | while read -r text seconds; do
  printf 'spark\t%s\t%s\n' "$text" "$(awk "BEGIN { printf \"%d\", $seconds * 1000 }")" >>"$work/times.tsv"
done
mv "$work/found/spark/verify.csv" "$work/found/spark.verify"
