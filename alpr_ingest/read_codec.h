// Reads and hits as bytes, to be encrypted. Version byte, then fields in fixed order.
#ifndef FUSIONHUB_ALPR_INGEST_READ_CODEC_H_
#define FUSIONHUB_ALPR_INGEST_READ_CODEC_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "alpr_ingest/hit_matcher.h"
#include "alpr_ingest/read.h"

namespace fusionhub::alpr_ingest {

// What the index keeps of a read: enough to compare and nothing more.
struct IndexEntry {
  std::string plate;
  std::string state;
};

// source_key is not written: its digest is a key of its own.
std::string EncodeRead(const PlateRead& read);
std::string EncodeHit(const Hit& hit);
std::string EncodeIndexEntry(const IndexEntry& entry);

// DATA_LOSS for bytes that the encoder did not make.
absl::StatusOr<PlateRead> DecodeRead(absl::string_view bytes);
absl::StatusOr<Hit> DecodeHit(absl::string_view bytes);
absl::StatusOr<IndexEntry> DecodeIndexEntry(absl::string_view bytes);

}  // namespace fusionhub::alpr_ingest

#endif  // FUSIONHUB_ALPR_INGEST_READ_CODEC_H_
