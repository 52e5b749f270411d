// Command line of the synthetic face renderer: no picture of a person is in this repository, tests
// paint their own. Knows nothing of the matcher.
#include <CLI/CLI.hpp>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "tests/faces/face_parameters.h"
#include "tests/faces/face_picture.h"
#include "tests/faces/gallery_writer.h"

namespace fusionhub::faces {
namespace {

struct ProbeOptions {
  uint64_t identity_seed = 0;
  uint64_t capture_seed = 0;
  uint64_t second_identity_seed = 0;
  bool second = false;
  bool nobody = false;
  std::string out;
};

absl::Status WriteProbe(const ProbeOptions& options) {
  const Capture capture = MakeCapture(options.capture_seed);
  Picture picture = options.nobody ? PaintEmptyScene(capture)
                                   : PaintFace(MakeIdentity(options.identity_seed), capture);
  if (options.second) {
    const Capture other = MakeCapture(options.capture_seed + 1);
    picture = SideBySide(picture, PaintFace(MakeIdentity(options.second_identity_seed), other));
  }
  const absl::StatusOr<std::string> jpeg = EncodeJpeg(picture, capture.jpeg_quality);
  if (!jpeg.ok()) return jpeg.status();
  return WriteBytes(options.out, *jpeg);
}

// The truth goes to standard output, not into the gallery's folder: "<booking number> <identity
// seed>".
absl::Status WriteGalleryAndTruth(const GalleryOptions& options) {
  const absl::StatusOr<std::vector<TrueIdentity>> truth = WriteGallery(options);
  if (!truth.ok()) return truth.status();
  for (const TrueIdentity& identity : *truth) {
    std::cout << identity.booking_number << " " << identity.identity_seed << "\n";
  }
  return absl::OkStatus();
}

int Main(int argc, char** argv) {
  CLI::App app("Paints synthetic faces as JPEG files.");
  ProbeOptions probe;
  GalleryOptions gallery;
  const auto add_probe_options = [&probe](CLI::App& to) {
    to.add_option("--identity-seed", probe.identity_seed, "who");
    to.add_option("--capture-seed", probe.capture_seed,
                  "light, pose, expression, background, noise");
    to.add_option("--second-identity-seed", probe.second_identity_seed, "a second face beside it");
    to.add_flag("--nobody", probe.nobody, "only a background");
    to.add_option("--out", probe.out, "JPEG file to write");
  };
  add_probe_options(app);
  CLI::App* probe_command = app.add_subcommand("probe", "one picture (the default)");
  add_probe_options(*probe_command);
  CLI::App* gallery_command =
      app.add_subcommand("gallery", "images and bookings.csv; truth on stdout");
  gallery_command->add_option("--count", gallery.identities, "people")
      ->check(CLI::Range(1, 100000));
  gallery_command->add_option("--per-person", gallery.bookings_per_identity, "bookings of each")
      ->check(CLI::Range(1, 20));
  gallery_command->add_option("--seed", gallery.seed, "of everything");
  gallery_command->add_option("--prefix", gallery.booking_prefix, "of booking numbers");
  gallery_command->add_option("--out-dir", gallery.out_dir, "folder to fill")->required();
  CLI11_PARSE(app, argc, argv);
  for (const CLI::App* command : {&app, probe_command}) {
    if (command->count("--second-identity-seed") > 0) probe.second = true;
  }
  if (!gallery_command->parsed() && probe.out.empty()) {
    std::cerr << "render_faces: --out is missing; see --help\n";
    return 2;
  }
  const absl::Status status =
      gallery_command->parsed() ? WriteGalleryAndTruth(gallery) : WriteProbe(probe);
  if (status.ok()) return EXIT_SUCCESS;
  std::cerr << "render_faces: " << status.message() << "\n";
  return EXIT_FAILURE;
}

}  // namespace
}  // namespace fusionhub::faces

int main(int argc, char** argv) {
  try {
    return fusionhub::faces::Main(argc, argv);
  } catch (const std::exception& error) {
    std::cerr << "render_faces: " << error.what() << "\n";
    return EXIT_FAILURE;
  }
}
