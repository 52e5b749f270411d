// One question's course as the JSON object that --json prints (docs/hubctl.md).
#ifndef FUSIONHUB_HUBCTL_COURSE_JSON_H_
#define FUSIONHUB_HUBCTL_COURSE_JSON_H_

#include "audit/receipt.h"
#include "fusionhub/v1/receipt.pb.h"
#include "hubctl/exit_code.h"
#include "hubctl/output.h"

namespace fusionhub::hubctl {

// Names as in analyst.proto; enum words in lower case without prefix; digests and query ids in
// hexadecimal; times RFC 3339. When the receipt does not hold, records are left out: what is not
// proven is not shown.
Json CourseJson(const v1::SavedReceipt& course, const audit::ReceiptReport& report, ExitCode code);

// One owner's result. Alerts are this too.
Json OwnerResultJson(const v1::OwnerResult& result, bool with_records);

// What was checked of the log, and what is wrong.
Json ReceiptReportJson(const audit::ReceiptReport& report);

}  // namespace fusionhub::hubctl

#endif  // FUSIONHUB_HUBCTL_COURSE_JSON_H_
