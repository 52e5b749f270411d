// Reads and hits as bytes, to be encrypted.
#include "alpr_ingest/read_codec.h"

#include <bit>
#include <cstdint>
#include <optional>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "alpr_ingest/big_endian.h"

namespace fusionhub::alpr_ingest {
namespace {

constexpr uint64_t kVersion = 1;

class Writer {
 public:
  Writer() { Number(kVersion); }
  void Number(uint64_t value) { out_ += BigEndian64(value); }
  void Text(absl::string_view text) {
    Number(text.size());
    absl::StrAppend(&out_, text);
  }
  void Time(absl::Time time) { Number(static_cast<uint64_t>(absl::ToUnixMicros(time))); }
  void Real(double value) { Number(std::bit_cast<uint64_t>(value)); }
  void MaybeReal(const std::optional<double>& value) {
    Number(value.has_value() ? 1 : 0);
    if (value.has_value()) Real(*value);
  }
  std::string Take() && { return std::move(out_); }

 private:
  std::string out_;
};

// After the first failure everything reads as empty; Finish tells.
class Reader {
 public:
  explicit Reader(absl::string_view bytes) : rest_(bytes) { ok_ = Number() == kVersion; }
  uint64_t Number() {
    if (rest_.size() < 8) {
      ok_ = false;
      return 0;
    }
    const uint64_t value = FromBigEndian64(rest_);
    rest_.remove_prefix(8);
    return value;
  }
  std::string Text() {
    const uint64_t size = Number();
    if (size > rest_.size()) {
      ok_ = false;
      return "";
    }
    std::string text(rest_.substr(0, size));
    rest_.remove_prefix(size);
    return text;
  }
  absl::Time Time() { return absl::FromUnixMicros(static_cast<int64_t>(Number())); }
  double Real() { return std::bit_cast<double>(Number()); }
  std::optional<double> MaybeReal() {
    if (Number() == 0) return std::nullopt;
    return Real();
  }
  absl::Status Finish() const {
    if (ok_ && rest_.empty()) return absl::OkStatus();
    return absl::DataLossError("a stored read or hit is not in the form that this version writes");
  }

 private:
  absl::string_view rest_;
  bool ok_ = true;
};

}  // namespace

std::string EncodeRead(const PlateRead& read) {
  Writer out;
  out.Text(read.read_ref);
  out.Text(read.plate);
  out.Text(read.state);
  out.Real(read.confidence);
  out.Text(read.reader);
  out.Time(read.captured_at);
  out.Time(read.received_at);
  out.MaybeReal(read.latitude);
  out.MaybeReal(read.longitude);
  out.Text(read.image);
  out.Text(read.vehicle);
  out.MaybeReal(read.heading);
  out.Number(read.retention_class);
  return std::move(out).Take();
}

absl::StatusOr<PlateRead> DecodeRead(absl::string_view bytes) {
  Reader in(bytes);
  PlateRead read;
  read.read_ref = in.Text();
  read.plate = in.Text();
  read.state = in.Text();
  read.confidence = in.Real();
  read.reader = in.Text();
  read.captured_at = in.Time();
  read.received_at = in.Time();
  read.latitude = in.MaybeReal();
  read.longitude = in.MaybeReal();
  read.image = in.Text();
  read.vehicle = in.Text();
  read.heading = in.MaybeReal();
  read.retention_class = static_cast<uint8_t>(in.Number());
  const absl::Status status = in.Finish();
  if (!status.ok()) return status;
  return read;
}

std::string EncodeHit(const Hit& hit) {
  Writer out;
  out.Text(hit.hit_id);
  out.Text(hit.read_ref);
  out.Text(hit.owner);
  out.Text(hit.entry_id);
  out.Number(hit.list_version);
  out.Text(hit.category);
  out.Number(static_cast<uint64_t>(hit.grade));
  out.Time(hit.entered_at);
  out.Time(hit.confirmed_at);
  out.Text(hit.vehicle);
  out.Time(hit.matched_at);
  return std::move(out).Take();
}

absl::StatusOr<Hit> DecodeHit(absl::string_view bytes) {
  Reader in(bytes);
  Hit hit;
  hit.hit_id = in.Text();
  hit.read_ref = in.Text();
  hit.owner = in.Text();
  hit.entry_id = in.Text();
  hit.list_version = in.Number();
  hit.category = in.Text();
  hit.grade = in.Number() == static_cast<uint64_t>(HitGrade::kG1) ? HitGrade::kG1 : HitGrade::kG2;
  hit.entered_at = in.Time();
  hit.confirmed_at = in.Time();
  hit.vehicle = in.Text();
  hit.matched_at = in.Time();
  const absl::Status status = in.Finish();
  if (!status.ok()) return status;
  return hit;
}

std::string EncodeIndexEntry(const IndexEntry& entry) {
  Writer out;
  out.Text(entry.plate);
  out.Text(entry.state);
  return std::move(out).Take();
}

absl::StatusOr<IndexEntry> DecodeIndexEntry(absl::string_view bytes) {
  Reader in(bytes);
  IndexEntry entry;
  entry.plate = in.Text();
  entry.state = in.Text();
  const absl::Status status = in.Finish();
  if (!status.ok()) return status;
  return entry;
}

}  // namespace fusionhub::alpr_ingest
