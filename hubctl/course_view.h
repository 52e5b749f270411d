// One question's course in plain words.
#ifndef FUSIONHUB_HUBCTL_COURSE_VIEW_H_
#define FUSIONHUB_HUBCTL_COURSE_VIEW_H_

#include <functional>
#include <set>
#include <string>

#include "absl/strings/string_view.h"
#include "audit/receipt.h"
#include "fusionhub/v1/analyst.pb.h"
#include "fusionhub/v1/receipt.pb.h"
#include "hubctl/output.h"

namespace fusionhub::hubctl {

// The title of a field's word, for people.
using TitleOf = std::function<std::string(absl::string_view word)>;

// Shows a course as it unfolds. `output` must outlive it.
class CourseView {
 public:
  // `what` names the question, e.g. "hotlist check for 'crime' by st_charles_pd"; already escaped.
  CourseView(std::string what, TitleOf title, Output& output);

  void Accepted(const v1::QueryAccepted& accepted);
  void Result(const v1::OwnerResult& result);
  // Records, refusals, completeness and what was proven. Records only when the receipt holds.
  void Complete(const v1::SavedReceipt& course, const audit::ReceiptReport& report);

  // One owner's records with notice, labels and clauses.
  void Records(const v1::OwnerResult& result);

 private:
  void ShowTestMode(absl::string_view notice);
  void Progress();
  void Terms(const v1::OwnerResult& result);
  void Record(const std::string& heading, const v1::Record& record);
  void Ranking(const v1::SavedReceipt& course);
  void Explanations(const v1::QueryComplete& complete);
  void Statement(const v1::QueryComplete& complete);
  void Proof(const audit::ReceiptReport& report);

  const std::string what_;
  const TitleOf title_;
  Output& output_;
  std::set<std::string> waiting_;
};

}  // namespace fusionhub::hubctl

#endif  // FUSIONHUB_HUBCTL_COURSE_VIEW_H_
