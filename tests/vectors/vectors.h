// Finds the conformance vectors made by others, which are not kept in this tree. Test only.
#ifndef FUSIONHUB_TESTS_VECTORS_VECTORS_H_
#define FUSIONHUB_TESTS_VECTORS_VECTORS_H_

#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace fusionhub {

// The folder `name` ("ed25519", "merkle") below $FUSIONHUB_VECTORS, or below ../shared/vectors
// beside the checkout; nullopt if there is none.
std::optional<std::string> FindVectors(absl::string_view name);

// Whether the absence of vectors fails a test (CI=true) or skips it.
bool VectorsAreRequired();

// Sets `folder`, a std::string, or ends the test: skipped, or failed where vectors are required.
#define FUSIONHUB_FIND_VECTORS_OR_SKIP(folder, name)                                  \
  if (auto found = ::fusionhub::FindVectors(name); found.has_value()) {               \
    folder = *found;                                                                  \
  } else if (::fusionhub::VectorsAreRequired()) {                                     \
    FAIL() << "no vectors '" << (name) << "': set FUSIONHUB_VECTORS to their folder"; \
  } else                                                                              \
    GTEST_SKIP() << "no vectors '" << (name) << "': set FUSIONHUB_VECTORS to their folder"

}  // namespace fusionhub

#endif  // FUSIONHUB_TESTS_VECTORS_VECTORS_H_
