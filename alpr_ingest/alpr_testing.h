// Samples and small helpers for this folder's tests. Test only.
#ifndef FUSIONHUB_ALPR_INGEST_ALPR_TESTING_H_
#define FUSIONHUB_ALPR_INGEST_ALPR_TESTING_H_

#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "alpr_ingest/hotlist.h"
#include "alpr_ingest/read.h"
#include "alpr_ingest/read_store.h"
#include "alpr_ingest/rekor_webhook.h"

namespace fusionhub::alpr_ingest {

// 2026-01-01T00:00:02Z: shortly after the sample was captured.
absl::Time SampleNow();

// An alpr_group of version 3 with crops, vehicle attributes and candidates: plate TST0A01, us-tx,
// agent TESTAGENT1, camera 7, at 2026-01-01T00:00:00Z.
std::string SampleGroup();
// The same with one field's JSON replaced (`value` "" removes it).
std::string SampleGroupWith(absl::string_view field, absl::string_view value);
// Options whose table has the sample's camera as "north-7".
RekorOptions SampleRekorOptions();

// A read of `plate` in MO, captured at `time`; ref and source key are made from `number`.
PlateRead SampleRead(const std::string& plate, absl::Time time, int number);

// A confirmed entry of `plate` in MO.
HotlistEntry SampleEntry(const std::string& id, const std::string& plate, absl::Time confirmed);
Hotlist SampleList(const std::string& owner, uint64_t version, std::vector<HotlistEntry> entries);

// A fresh folder below the test's own.
std::string FreshFolder(absl::string_view name);

// Key folders below `folder`, one class "standard" of 30 days and "extended" of 90.
ReadStoreOptions SampleStoreOptions(const std::string& folder);

// Every byte of every file below `folder`, one after the other.
std::string AllBytes(const std::string& folder);

}  // namespace fusionhub::alpr_ingest

#endif  // FUSIONHUB_ALPR_INGEST_ALPR_TESTING_H_
