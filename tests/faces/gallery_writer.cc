// Fictional bookings around rendered faces.
#include "tests/faces/gallery_writer.h"

#include <array>
#include <filesystem>
#include <fstream>
#include <string_view>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "tests/faces/face_parameters.h"
#include "tests/faces/face_picture.h"
#include "tests/faces/seeded_numbers.h"

namespace fusionhub::faces {
namespace {

// Words that are nobody's name.
constexpr std::array<std::string_view, 16> kFirst = {
    "Arlo",   "Bexley", "Corvin",  "Delphe", "Elowen", "Farro",  "Galen", "Hollis",
    "Isolde", "Jorah",  "Kestrel", "Linnet", "Marlow", "Neriah", "Oriel", "Perrin"};
constexpr std::array<std::string_view, 16> kLast = {
    "Ashgrove",  "Brindlewick", "Copperfen",  "Dunmarrow",  "Elderby",     "Fernhollow",
    "Greyhaven", "Hartsmoor",   "Inglethorn", "Juniperly",  "Kettlebrook", "Larkmere",
    "Mossbank",  "Netherwood",  "Oakhurstle", "Pinewhistle"};
constexpr std::array<std::string_view, 5> kCharges = {"burglary, second degree", "stealing",
                                                      "robbery, second degree", "property damage",
                                                      "tampering with a motor vehicle"};
constexpr std::array<std::string_view, 4> kDispositions = {"pending", "charged", "convicted",
                                                           "released"};
constexpr std::array<std::string_view, 2> kSexes = {"female", "male"};

template <size_t N>
std::string Pick(SeededNumbers& n, const std::array<std::string_view, N>& words) {
  return std::string(words[n.Index(N)]);
}

struct Person {
  std::string number;
  std::string name;
  std::string date_of_birth;
  std::string sex;
};

Person MakePerson(uint64_t identity_seed, const std::string& prefix, int index) {
  SeededNumbers n(identity_seed, "papers");
  Person person;
  person.number = absl::StrCat(prefix, "-P", index + 1);
  person.name = absl::StrCat(Pick(n, kFirst), " ", Pick(n, kLast));
  person.date_of_birth =
      absl::StrFormat("%04d-%02d-%02d", 1955 + n.Index(49), 1 + n.Index(12), 1 + n.Index(28));
  person.sex = Pick(n, kSexes);
  return person;
}

std::string CsvLine(const Person& person, const std::string& booking_number,
                    const std::string& image_file, SeededNumbers& n) {
  const std::string booked_at =
      absl::StrFormat("%04d-%02d-%02dT%02d:%02d:00Z", 2023 + n.Index(2), 1 + n.Index(12),
                      1 + n.Index(28), n.Index(24), n.Index(60));
  return absl::StrCat(
      booking_number, ",", person.number, ",", person.name, ",", person.date_of_birth, ",",
      person.sex, ",", booked_at, ",\"", Pick(n, kCharges), "\",", Pick(n, kDispositions), ",",
      n.Chance(0.9) ? "post_arrest_booking" : "mugshot_typical_contact", ",", image_file, "\n");
}

}  // namespace

absl::StatusOr<std::string> RenderFace(uint64_t identity_seed, uint64_t capture_seed) {
  const Capture capture = MakeCapture(capture_seed);
  return EncodeJpeg(PaintFace(MakeIdentity(identity_seed), capture), capture.jpeg_quality);
}

absl::Status WriteBytes(const std::string& path, const std::string& bytes) {
  std::ofstream out(path, std::ios::binary);
  out << bytes;
  out.close();
  return out ? absl::OkStatus() : absl::InternalError(absl::StrCat("cannot write ", path));
}

absl::StatusOr<std::vector<TrueIdentity>> WriteGallery(const GalleryOptions& options) {
  const std::string images = absl::StrCat(options.out_dir, "/images");
  std::error_code error;
  std::filesystem::create_directories(images, error);
  if (error) return absl::InternalError(absl::StrCat("cannot make ", images));
  SeededNumbers identities(options.seed, "identities");
  SeededNumbers captures(options.seed, "captures");
  SeededNumbers papers(options.seed, "bookings");
  std::string csv =
      "booking_number,person_number,name,date_of_birth,sex,booked_at,charge,disposition,collection_"
      "basis,"
      "image_file\n";
  std::vector<TrueIdentity> truth;
  for (int i = 0; i < options.identities; ++i) {
    const uint64_t identity_seed = identities.Next();
    const Person person = MakePerson(identity_seed, options.booking_prefix, i);
    for (int k = 0; k < options.bookings_per_identity; ++k) {
      const std::string file = absl::StrFormat("%016x.jpg", papers.Next());
      const std::string number =
          absl::StrFormat("%s-%06d", options.booking_prefix, truth.size() + 1);
      const absl::StatusOr<std::string> jpeg = RenderFace(identity_seed, captures.Next());
      if (!jpeg.ok()) return jpeg.status();
      const absl::Status written = WriteBytes(absl::StrCat(images, "/", file), *jpeg);
      if (!written.ok()) return written;
      absl::StrAppend(&csv, CsvLine(person, number, file, papers));
      truth.push_back({number, identity_seed});
    }
  }
  const absl::Status written = WriteBytes(absl::StrCat(options.out_dir, "/bookings.csv"), csv);
  if (!written.ok()) return written;
  return truth;
}

}  // namespace fusionhub::faces
