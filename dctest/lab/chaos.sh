# Starts the chaos runner, io.neco.dctest.chaos; sourced by bin/lab.

chaos_usage() {
  cat <<'USAGE'
usage: bin/lab chaos [--steps LIST] [--faults LIST] [--output FILE] [--resume] [--keep]

Updates three boot servers with all their programs again and again, each time with one fault at one step, and tells how each
update ended and whether anything was lost (docs/reliability.md). Sets a lab of its own up (named "chaos" unless NECO_LAB says
otherwise; one of that name is removed first) and removes it afterwards.

  --steps LIST    e.g. 1,4,9-12; 0 is the installation of another version before the steps; default: all 19
  --faults LIST   of worker, updater, reboot, etcd, pause, cut, registry, disk; default: all
  --output FILE   where the results go, as Markdown, after every cell (default build/chaos.md)
  --resume        go on with the cells that are not in FILE yet, on the lab as it is if it is up
  --keep          leave the lab up

Exit status 0: every cell was completed by itself (with a full disk: aborted with a reason, and cured by the named command); 1: not so;
3: a cell could not be run to its end, and the lab is left as it is.
USAGE
}

lab_chaos() {
  local steps='' faults='' output=build/chaos.md resume=false keep='' status=0 classpath
  while [ $# -gt 0 ]; do
    case $1 in
      --steps | --faults | --output) [ $# -ge 2 ] || usage_error "$1 needs a value" ;;
    esac
    case $1 in
      --steps) steps=$2; shift ;;
      --faults) faults=$2; shift ;;
      --output) output=$2; shift ;;
      --resume) resume=true ;;
      --keep) keep=1 ;;
      *) usage_error "chaos does not know '$1'" ;;
    esac
    shift
  done
  output=$(realpath -m "$output")
  "$repo/bin/internal/prepare" --quiet
  mkdir -p "$repo/build"
  classpath=$repo/build/chaos.classpath
  (cd "$repo" && mvn -q -B -ntp -Dquick -pl dctest -am test-compile dependency:build-classpath -Dmdep.outputFile="$classpath")
  name_lab chaos
  (cd "$repo" && NECO_LAB=$lab exec java -cp "dctest/target/classes:$(cat "$classpath")" io.neco.dctest.chaos.Main "$steps" "$faults" "$output" "$resume") || status=$?
  [ -n "$keep" ] || [ $status = 3 ] || lab_down
  return $status
}
