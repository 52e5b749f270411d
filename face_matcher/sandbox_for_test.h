// The real sandbox and the renderer of synthetic faces, as Bazel lays them out for a test. Test
// only.
#ifndef FUSIONHUB_FACE_MATCHER_SANDBOX_FOR_TEST_H_
#define FUSIONHUB_FACE_MATCHER_SANDBOX_FOR_TEST_H_

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

#include "face_matcher/decode_sandbox.h"

namespace fusionhub::face_matcher {

inline SandboxOptions TestSandboxOptions() {
  SandboxOptions options;
  options.program = "face_matcher/image_sandbox";
  options.timeout = absl::Seconds(30);  // the machine that tests may be busy
  return options;
}

// Runs `render_faces` with `arguments` and returns the JPEG it wrote.
inline std::string RenderedJpeg(const std::string& arguments) {
  const std::string path = ::testing::TempDir() + "/rendered.jpg";
  const std::string command = "tests/faces/render_faces " + arguments + " --out " + path;
  EXPECT_EQ(std::system(command.c_str()), 0)
      << command;  // NOLINT(cert-env33-c): a test's own words
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace fusionhub::face_matcher

#endif  // FUSIONHUB_FACE_MATCHER_SANDBOX_FOR_TEST_H_
