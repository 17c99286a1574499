# The large tests, one class at a time; sourced by bin/lab.

suites=$repo/dctest/src/test/java/io/neco/dctest

# the names by which suites are run: ProgramsSuite is programs, VirtualDataCentreSuite is virtual-data-centre
suite_names() {
  find "$suites" -name '*Suite.java' ! -name FirstFailureEndsTheSuite.java -printf '%f\n' | sed 's/Suite\.java$//; s/\([a-z]\)\([A-Z]\)/\1-\2/g' | tr 'A-Z' 'a-z' | sort
}

test_usage() {
  cat <<USAGE
usage: bin/lab test SUITE [--keep]

Runs one of the large tests (docs/dctest.md) in a lab of its own, named test-SUITE unless NECO_LAB says otherwise, and removes
the lab afterwards; --keep leaves it up.

Suites: $(suite_names | paste -sd ' ')
USAGE
}

lab_test() {
  local suite='' keep='' class status=0
  while [ $# -gt 0 ]; do
    case $1 in
      --keep) keep=1 ;;
      -*) usage_error "test does not know '$1'" ;;
      *) [ -z "$suite" ] || usage_error "test takes one suite"; suite=$1 ;;
    esac
    shift
  done
  [ -n "$suite" ] || usage_error "test needs a suite: $(suite_names | paste -sd ' ')"
  suite_names | grep -qxF -- "$suite" || usage_error "there is no suite '$suite': suites are $(suite_names | paste -sd ' ')"
  name_lab "test-$suite"
  class=$(sed 's/-\(.\)/\U\1/g; s/^./\U&/' <<<"$suite")Suite
  "$repo/bin/internal/prepare" --quiet
  (cd "$repo" && NECO_LAB=$lab NECO_LAB_KEEP=$keep mvn -B -ntp -Dquick -Plab -DskipUnitTests -pl dctest -am verify \
    -Dit.test="$class" -Dfailsafe.failIfNoSpecifiedTests=false) || status=$?
  [ -n "$keep" ] || lab_down
  return $status
}
