// The benchmark's result as a table for people and as JSON. Benchmark only.
#ifndef FUSIONHUB_TESTS_BENCH_REPORT_H_
#define FUSIONHUB_TESTS_BENCH_REPORT_H_

#include <string>
#include <vector>

#include "tests/bench/ceiling.h"
#include "tests/bench/load.h"

namespace fusionhub::bench {

struct Machine {
  std::string revision;
  std::string cpu;
  std::string file_system;
  int cores = 0;
  double load_before = 0;  // of one minute
  double load_after = 0;
};

struct Cell {
  Setting setting;
  Sample hub;
  Sample bare;
  Ceiling ceiling;
};

struct Report {
  Machine machine;
  Primitives primitives;
  std::vector<Cell> cells;
};

// What the machine says of itself; `folder` is where the files are.
Machine ThisMachine(const std::string& revision, const std::string& folder);
double LoadAverage();

std::string ToText(const Report& report);
std::string ToJson(const Report& report);

}  // namespace fusionhub::bench

#endif  // FUSIONHUB_TESTS_BENCH_REPORT_H_
