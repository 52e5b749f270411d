// Merging terms: the stricter wins, in any order.
#include "policy/terms.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace fusionhub::policy {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

Cell ShowCell(std::set<std::string> show, std::map<std::string, std::string> mask = {}) {
  Cell cell;
  cell.fields = FieldTerms{std::move(show), std::move(mask)};
  return cell;
}

Terms Merge(std::vector<Cell> cells) {
  std::vector<DecidingCell> deciding;
  for (const Cell& cell : cells) deciding.push_back({nullptr, &cell, true});
  return MergeTerms(deciding);
}

TEST(TermsTest, ShowsOnlyWhatAllShow) {
  EXPECT_THAT(Merge({ShowCell({"a", "b"}), ShowCell({"b", "c"}), Cell()}).fields.show,
              ElementsAre("b"));
}

TEST(TermsTest, ShowsNothingWhenNobodySpeaksOfFields) {
  EXPECT_THAT(Merge({Cell(), Cell()}).fields.show, IsEmpty());
}

TEST(TermsTest, MasksAreTheStrongest) {
  const Terms terms = Merge({ShowCell({"a", "b"}, {{"a", "year_only"}}), ShowCell({"a", "b"})});
  EXPECT_THAT(terms.fields.mask, ElementsAre(Pair("a", "year_only")));
  // Two masks that cannot be combined withhold the field.
  const Terms both = Merge(
      {ShowCell({"a", "b"}, {{"a", "year_only"}}), ShowCell({"a", "b"}, {{"a", "initials"}})});
  EXPECT_THAT(both.fields.show, ElementsAre("b"));
  EXPECT_THAT(both.fields.mask, IsEmpty());
}

TEST(TermsTest, RetentionAndAgeAreTheShortest) {
  Cell a, b;
  a.retain_days = 30;
  b.retain_days = 10;
  a.records = RecordTerms{90, true};
  b.records = RecordTerms{std::nullopt, false};
  const Terms terms = Merge({a, b, Cell()});
  EXPECT_EQ(terms.retain_days, 10);
  EXPECT_EQ(terms.records.max_age_days, 90);
  EXPECT_FALSE(terms.records.juvenile);
}

TEST(TermsTest, LabelsAndObligationsAreAllOfThem) {
  Cell a, b;
  a.labels = {"x"};
  b.labels = {"w", "x"};
  a.obligations = {{"log_to", {"owner"}, "A#1"}};
  b.obligations = {{"log_to", {"owner"}, "A#1"}, {"log_to", {"both"}, "A#2"}};
  const Terms terms = Merge({a, b});
  EXPECT_THAT(terms.labels, ElementsAre("w", "x"));
  EXPECT_EQ(terms.obligations.size(), 2u);
}

TEST(TermsTest, OrderMeansNothing) {
  Cell a = ShowCell({"a", "b", "c"}, {{"a", "year_only"}});
  Cell b = ShowCell({"a", "b"}, {{"b", "initials"}});
  Cell c = ShowCell({"a", "b", "d"}, {{"a", "initials"}});
  a.labels = {"l"};
  c.retain_days = 4;
  std::vector<Cell> cells = {a, b, c};
  const Terms first = Merge(cells);
  for (int i = 0; i < 6; ++i) {
    std::rotate(cells.begin(), cells.begin() + 1, cells.end());
    if (i == 3) std::swap(cells[0], cells[1]);
    const Terms again = Merge(cells);
    EXPECT_EQ(again.fields, first.fields);
    EXPECT_EQ(again.labels, first.labels);
    EXPECT_EQ(again.retain_days, first.retain_days);
  }
}

}  // namespace
}  // namespace fusionhub::policy
