// Reads the webhook bodies of OpenALPR / Rekor Scout agents (docs/plate_feeds.md).
#ifndef FUSIONHUB_ALPR_INGEST_REKOR_WEBHOOK_H_
#define FUSIONHUB_ALPR_INGEST_REKOR_WEBHOOK_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "alpr_ingest/feed_error.h"
#include "alpr_ingest/read.h"

namespace fusionhub::alpr_ingest {

// A reader as the owner's device register has it.
struct Camera {
  std::string reader;  // the owner's name for it
  std::optional<double> latitude;
  std::optional<double> longitude;
  uint8_t retention_class = 0;
};

// Keyed "<agent_uid>/<camera_id>", or "<camera_id>" for any agent; the longer key wins.
using CameraTable = std::map<std::string, Camera>;

enum class ImageChoice {
  kNone,
  kVehicleCrop,  // vehicle_crop_jpeg
  kPlateCrop,    // best_plate.plate_crop_jpeg
};

struct RekorOptions {
  size_t max_body_bytes = 8u << 20;
  size_t max_depth = 32;
  size_t max_image_bytes = 512u << 10;
  ImageChoice image = ImageChoice::kVehicleCrop;
  // Below it the state counts as not read.
  double min_state_confidence = 50;
  // A read whose capture time is further ahead of the node's clock is refused.
  absl::Duration max_ahead = absl::Minutes(5);
  // A read older than this is refused. The longest retention; the store knows each class's own.
  absl::Duration max_age = absl::Hours(24 * 90);
  CameraTable cameras;
  // False: a camera that is not in the table is refused (ALPR-10). True: its reads get the reader
  // "<agent_uid>/<camera_id>" and retention class 0.
  bool allow_unregistered_cameras = false;
};

// A message that is fine and holds no read to keep.
struct RekorAck {
  enum class Kind { kHeartbeat, kPreview };
  Kind kind = Kind::kHeartbeat;
};

// A read, without read_ref.
struct RekorRead {
  PlateRead read;
  // What was left out of it and why, e.g. an image above the limit; no personal data.
  std::vector<std::string> warnings;
};

using RekorResult = std::variant<RekorRead, RekorAck, FeedError>;

// Total: gives one of the three for every input, never throws. `received_at` is the node's time.
// Thread-safe; each thread keeps one parser, whose buffers grow to `max_body_bytes` at most.
RekorResult ParseRekorGroup(absl::string_view body, const RekorOptions& options,
                            absl::Time received_at);

}  // namespace fusionhub::alpr_ingest

#endif  // FUSIONHUB_ALPR_INGEST_REKOR_WEBHOOK_H_
