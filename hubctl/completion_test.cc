// Tests the generated completion by running it in bash.
#include "hubctl/completion.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/file.h"

namespace fusionhub::hubctl {
namespace {

// What bash offers for the words typed so far; the last one is being completed.
std::string Complete(const CLI::App& app, const std::string& words) {
  const std::string script = testing::TempDir() + "/completion.bash";
  EXPECT_TRUE(WriteFileAtomically(script, BashCompletion(app), 0600, Durability::kUnsynced).ok());
  const std::string command =
      absl::StrCat("bash -c 'source ", script, "; COMP_WORDS=(", words,
                   "); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _hubctl; echo \"${COMPREPLY[*]}\"'");
  FILE* pipe = popen(command.c_str(), "r");
  std::array<char, 4096> buffer;
  const size_t size = fread(buffer.data(), 1, buffer.size(), pipe);
  EXPECT_EQ(pclose(pipe), 0);
  return std::string(buffer.data(), size);
}

class CompletionTest : public testing::Test {
 protected:
  CompletionTest() {
    app_.add_flag("--json", json_);
    CLI::App* plate = app_.add_subcommand("plate", "");
    CLI::App* lookup = plate->add_subcommand("lookup", "");
    lookup->add_option("--state", state_);
    lookup->add_option_group("Identifier")->add_option("--complaint", state_);
    app_.add_subcommand("policy", "");
  }
  CLI::App app_{"test"};
  bool json_ = false;
  std::string state_;
};

TEST_F(CompletionTest, OffersVerbsThatBeginAsTyped) {
  EXPECT_EQ(Complete(app_, "hubctl p"), "plate policy\n");
}

TEST_F(CompletionTest, OffersTheVerbsOfAGroup) {
  EXPECT_EQ(Complete(app_, "hubctl --json plate l"), "lookup\n");
}

TEST_F(CompletionTest, OffersFlagsAlsoThoseOfOptionGroups) {
  EXPECT_EQ(Complete(app_, "hubctl plate lookup --s"), "--state\n");
  EXPECT_EQ(Complete(app_, "hubctl plate lookup AB123 --c"), "--complaint\n");
}

}  // namespace
}  // namespace fusionhub::hubctl
