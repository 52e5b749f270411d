// Three families of sealed rows under one keyed hash of the booking number.
#include "face_matcher/gallery_store.h"

#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "crypto/aes_gcm.h"
#include "crypto/digest.h"
#include "face_matcher/byte_codec.h"

namespace fusionhub::face_matcher {
namespace {

constexpr absl::string_view kBookings = "face_bookings";
constexpr absl::string_view kImages = "face_images";
constexpr absl::string_view kTemplates = "face_templates";
constexpr size_t kPageRows = 256;

// A row is the key's slot and the sealed bytes.
std::string Context(absl::string_view family, absl::string_view row_key, uint64_t slot) {
  return absl::StrCat("fusionhub/", family, "/", slot, "/", row_key);
}

absl::Status Unknown() {
  return absl::NotFoundError("gallery: this booking number is not enrolled");
}

}  // namespace

std::vector<std::string> GalleryFamilies() {
  return {std::string(kBookings), std::string(kImages), std::string(kTemplates)};
}

GalleryStore::GalleryStore(storage::Store& store, KeyVault& vault, absl::string_view kek,
                           Random& random)
    : store_(store),
      vault_(vault),
      row_key_secret_(crypto::ToString(crypto::HmacSha256(kek, {"fusionhub/gallery-row-keys"}))),
      random_(random) {}

std::string GalleryStore::RowKey(absl::string_view booking_number) const {
  return crypto::ToString(crypto::HmacSha256(row_key_secret_, {booking_number}));
}

absl::StatusOr<std::string> GalleryStore::Seal(absl::string_view family, const Row& row,
                                               absl::string_view key,
                                               absl::string_view plaintext) const {
  FUSIONHUB_ASSIGN_OR_RETURN(
      const std::string sealed,
      crypto::SealAesGcm(key, Context(family, row.key, row.slot), plaintext, random_));
  ByteWriter out;
  out.Number(row.slot);
  out.Bytes(sealed);
  return out.Take();
}

// Every family must exist; a caller that opened the store without them gets the store's error.
absl::Status GalleryStore::Put(const Booking& booking, absl::string_view image,
                               const EnrollTemplate& face) {
  Row row;
  row.key = RowKey(booking.booking_number);
  absl::Status known = store_.Get(kBookings, row.key).status();
  if (known.ok()) {
    return absl::AlreadyExistsError("gallery: this booking number is already enrolled");
  }
  if (!absl::IsNotFound(known)) return known;
  FUSIONHUB_ASSIGN_OR_RETURN(KeyVault::Key key, vault_.Create());
  row.slot = key.slot;
  const std::pair<absl::string_view, std::string> parts[] = {{kBookings, SerializeBooking(booking)},
                                                             {kImages, std::string(image)},
                                                             {kTemplates, face.Serialize()}};
  storage::WriteBatch batch;
  batch.Require(kBookings, row.key, std::nullopt);
  absl::Status status;
  for (const auto& [family, plaintext] : parts) {
    absl::StatusOr<std::string> sealed = Seal(family, row, key.bytes, plaintext);
    if (!sealed.ok()) {
      status = sealed.status();
      break;
    }
    batch.Put(family, row.key, *sealed);
  }
  crypto::Cleanse(key.bytes);
  if (status.ok()) status = store_.Write(batch, storage::Sync::kYes);
  if (!status.ok()) FUSIONHUB_RETURN_IF_ERROR(vault_.Destroy(key.slot));
  return status;
}

absl::Status GalleryStore::ReplaceTemplate(absl::string_view booking_number,
                                           const EnrollTemplate& face) {
  Row row;
  row.key = RowKey(booking_number);
  FUSIONHUB_RETURN_IF_ERROR(Read(kBookings, row.key, &row.slot).status());
  FUSIONHUB_ASSIGN_OR_RETURN(std::string key, vault_.Get(row.slot));
  const absl::StatusOr<std::string> sealed = Seal(kTemplates, row, key, face.Serialize());
  crypto::Cleanse(key);
  FUSIONHUB_RETURN_IF_ERROR(sealed.status());
  storage::WriteBatch batch;
  batch.Put(kTemplates, row.key, *sealed);
  return store_.Write(batch, storage::Sync::kYes);
}

absl::StatusOr<std::string> GalleryStore::Read(absl::string_view family, absl::string_view row_key,
                                               uint64_t* slot) const {
  const absl::StatusOr<std::string> stored = store_.Get(family, row_key);
  FUSIONHUB_RETURN_IF_ERROR(stored.status());
  ByteReader in(*stored);
  *slot = in.Number<uint64_t>();
  const absl::string_view sealed = in.Bytes();
  if (!in.AtEnd()) return absl::DataLossError("gallery: a stored row is not in our format");
  FUSIONHUB_ASSIGN_OR_RETURN(std::string key, vault_.Get(*slot));
  absl::StatusOr<std::string> opened =
      crypto::OpenAesGcm(key, Context(family, row_key, *slot), sealed);
  crypto::Cleanse(key);
  if (!absl::IsUnauthenticated(opened.status())) return opened;
  // Expunged and its slot used again between the two reads above? Then it is gone, and nothing is
  // damaged.
  const absl::StatusOr<std::string> again = store_.Get(family, row_key);
  if (!again.ok() || *again != *stored) return absl::NotFoundError("gallery: expunged meanwhile");
  return absl::DataLossError(
      "gallery: a stored row does not open with its key: restore the store and the key file from "
      "the same "
      "time");
}

absl::StatusOr<Booking> GalleryStore::GetBooking(absl::string_view booking_number) const {
  uint64_t slot = 0;
  const absl::StatusOr<std::string> bytes = Read(kBookings, RowKey(booking_number), &slot);
  if (absl::IsNotFound(bytes.status())) return Unknown();
  FUSIONHUB_RETURN_IF_ERROR(bytes.status());
  return DeserializeBooking(*bytes);
}

absl::StatusOr<std::string> GalleryStore::GetImage(absl::string_view booking_number) const {
  uint64_t slot = 0;
  absl::StatusOr<std::string> bytes = Read(kImages, RowKey(booking_number), &slot);
  if (absl::IsNotFound(bytes.status())) return Unknown();
  return bytes;
}

absl::Status GalleryStore::DeleteRow(absl::string_view row_key) {
  storage::WriteBatch batch;
  for (const std::string& family : GalleryFamilies()) batch.Delete(family, row_key);
  return store_.Write(batch, storage::Sync::kYes);
}

absl::Status GalleryStore::Expunge(absl::string_view booking_number) {
  const std::string row_key = RowKey(booking_number);
  const absl::StatusOr<std::string> stored = store_.Get(kBookings, row_key);
  if (absl::IsNotFound(stored.status())) return Unknown();
  FUSIONHUB_RETURN_IF_ERROR(stored.status());
  // The key first: once it is gone the rows are noise, whatever happens next.
  FUSIONHUB_RETURN_IF_ERROR(vault_.Destroy(ByteReader(*stored).Number<uint64_t>()));
  return DeleteRow(row_key);
}

absl::StatusOr<std::vector<std::string>> GalleryStore::NextRowKeys(absl::string_view after) const {
  std::vector<std::string> keys;
  FUSIONHUB_RETURN_IF_ERROR(
      store_.Scan(kBookings, after, "", [&keys](absl::string_view key, absl::string_view) {
        keys.emplace_back(key);
        return keys.size() < kPageRows;
      }));
  return keys;
}

absl::Status GalleryStore::LoadRow(absl::string_view row_key, const Visitor& visit,
                                   std::set<uint64_t>& used) {
  uint64_t slot = 0;
  const absl::StatusOr<std::string> booking_bytes = Read(kBookings, row_key, &slot);
  if (absl::IsNotFound(booking_bytes.status())) return DeleteRow(row_key);
  FUSIONHUB_RETURN_IF_ERROR(booking_bytes.status());
  FUSIONHUB_ASSIGN_OR_RETURN(const std::string face_bytes, Read(kTemplates, row_key, &slot));
  FUSIONHUB_ASSIGN_OR_RETURN(const Booking booking, DeserializeBooking(*booking_bytes));
  FUSIONHUB_ASSIGN_OR_RETURN(const EnrollTemplate face, EnrollTemplate::Parse(face_bytes));
  used.insert(slot);
  return visit(booking, face);
}

absl::Status GalleryStore::Load(const Visitor& visit) {
  std::set<uint64_t> used;
  std::vector<std::string> keys;
  do {
    // Page by page: `visit` and the reads must not run inside the store's scan.
    FUSIONHUB_ASSIGN_OR_RETURN(keys, NextRowKeys(keys.empty() ? "" : keys.back() + '\0'));
    for (const std::string& row_key : keys) {
      FUSIONHUB_RETURN_IF_ERROR(LoadRow(row_key, visit, used));
    }
  } while (keys.size() == kPageRows);
  for (const uint64_t slot : vault_.Slots()) {
    if (used.count(slot) == 0) FUSIONHUB_RETURN_IF_ERROR(vault_.Destroy(slot));
  }
  return absl::OkStatus();
}

}  // namespace fusionhub::face_matcher
