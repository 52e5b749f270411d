// Haar cascades for face and eyes; similarity warp to fixed eye positions.
#include "face_matcher/face_finder.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <opencv2/core.hpp>
#include <opencv2/core/ocl.hpp>
#include <opencv2/imgproc.hpp>
#include <opencv2/objdetect.hpp>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/status_macros.h"
#include "face_matcher/face_error.h"
#include "face_matcher/face_quality.h"

namespace fusionhub::face_matcher {
namespace {

constexpr int kMaxWorkingSide = 1000;  // larger images are scaled down for detection
constexpr int kMinFaceSide = 40;       // in the working image
constexpr uint32_t kMinBoxSide = 32;   // in the original image
constexpr int kEyeSearchSide = 256;    // the face is scaled to this width to look for eyes
constexpr int kFaceNeighbours = 5;
constexpr int kEyeNeighbours = 3;
// Detections less than a third as wide as the largest are background faces or texture.
constexpr double kIgnoredFaceRatio = 1.0 / 3.0;

struct Eyes {
  cv::Point2f left;  // of the image, not of the person
  cv::Point2f right;
  bool located = false;
};

// Where eyes lie in a box of the frontal face cascade when they cannot be found.
Eyes EstimateEyes(float side) {
  return {{0.31f * side, 0.39f * side}, {0.69f * side, 0.39f * side}, false};
}

cv::Point2f Centre(const cv::Rect& rect) {
  return (cv::Point2f(rect.tl()) + cv::Point2f(rect.br())) / 2;
}

bool PlausiblePair(cv::Point2f left, cv::Point2f right, float side) {
  const float dx = right.x - left.x;
  const float dy = std::abs(right.y - left.y);
  return dx > 0.26f * side && dx < 0.60f * side && dy < 0.4f * dx &&
         std::abs((left.x + right.x) / 2 - side / 2) < 0.12f * side;
}

// The pair of eye boxes that most raw detections agree on.
Eyes BestPair(const std::vector<cv::Rect>& boxes, const std::vector<int>& votes, float side) {
  Eyes best = EstimateEyes(side);
  int best_votes = 0;
  for (size_t i = 0; i < boxes.size(); ++i) {
    for (size_t j = 0; j < boxes.size(); ++j) {
      const cv::Point2f left = Centre(boxes[i]);
      const cv::Point2f right = Centre(boxes[j]);
      const int sum = votes[i] + votes[j];
      if (PlausiblePair(left, right, side) && sum > best_votes) {
        best = {left, right, true};
        best_votes = sum;
      }
    }
  }
  return best;
}

// The largest rectangle of `rect` that lies in an image of `size`.
cv::Rect Clip(const cv::Rect& rect, cv::Size size) { return rect & cv::Rect({0, 0}, size); }

cv::Rect Grow(const cv::Rect& rect, double by) {
  const int dx = static_cast<int>(rect.width * by);
  const int dy = static_cast<int>(rect.height * by);
  return {rect.x - dx, rect.y - dy, rect.width + 2 * dx, rect.height + 2 * dy};
}

// Maps the eyes to their places in the aligned face.
cv::Mat AlignMatrix(const Eyes& eyes) {
  const double side = kAlignedSide;
  const cv::Point2d target_left(side * 5 / 16, side * 3 / 8);
  const double target_distance = side * 6 / 16;
  const double dx = eyes.right.x - eyes.left.x;
  const double dy = eyes.right.y - eyes.left.y;
  const double square = dx * dx + dy * dy;
  const double cosine = target_distance * dx / square;
  const double sine = -target_distance * dy / square;
  return (cv::Mat_<double>(2, 3) << cosine, -sine,
          target_left.x - cosine * eyes.left.x + sine * eyes.left.y, sine, cosine,
          target_left.y - sine * eyes.left.x - cosine * eyes.left.y);
}

absl::Status CheckBox(const GrayImage& image, const FaceBox& box) {
  const bool inside =
      uint64_t{box.x} + box.width <= image.width && uint64_t{box.y} + box.height <= image.height;
  if (inside && box.width >= kMinBoxSide && box.height >= kMinBoxSide) return absl::OkStatus();
  return MakeFaceError(
      FaceError::kBoxInvalid,
      absl::StrFormat(
          "box: %d x %d pixels at (%d, %d) of an upright image of %d x %d; it must lie inside "
          "and have at least %d pixels a side; mark the whole face from chin to hairline",
          box.width, box.height, box.x, box.y, image.width, image.height, kMinBoxSide));
}

class HaarFaceFinder final : public FaceFinder {
 public:
  absl::Status Load(const std::string& cascade_dir) {
    // One face at a time in a child that may not start threads.
    cv::setNumThreads(1);
    cv::ocl::setUseOpenCL(false);
    // OpenCV prints errors to stderr before it throws; the status says it instead.
    cv::redirectError([](int, const char*, const char*, const char*, int, void*) { return 0; });
    FUSIONHUB_RETURN_IF_ERROR(
        LoadOne(absl::StrCat(cascade_dir, "/haarcascade_frontalface_alt2.xml"), faces_));
    return LoadOne(absl::StrCat(cascade_dir, "/haarcascade_eye.xml"), eyes_);
  }

  absl::StatusOr<FoundFace> Find(const GrayImage& image,
                                 const std::optional<FaceBox>& box) override {
    try {
      return FindOrThrow(image, box);
    } catch (const cv::Exception& error) {
      if (error.code == cv::Error::StsNoMem) throw std::bad_alloc();
      return MakeFaceError(FaceError::kSandboxFailed,
                           absl::StrCat("image: OpenCV failed in ", error.func.c_str()));
    }
  }

 private:
  static absl::Status LoadOne(const std::string& path, cv::CascadeClassifier& cascade) {
    try {
      if (cascade.load(path)) return absl::OkStatus();
    } catch (const cv::Exception&) {
      // Reported below.
    }
    return MakeFaceError(FaceError::kSandboxFailed,
                         absl::StrCat("cannot load the cascade ", path, "; install opencv-data"));
  }

  absl::StatusOr<FoundFace> FindOrThrow(const GrayImage& image, const std::optional<FaceBox>& box) {
    const cv::Mat whole(static_cast<int>(image.height), static_cast<int>(image.width), CV_8UC1,
                        const_cast<uint8_t*>(image.pixels.data()));
    cv::Rect region({0, 0}, whole.size());
    if (box.has_value()) {
      FUSIONHUB_RETURN_IF_ERROR(CheckBox(image, *box));
      // A margin, because people draw boxes tighter or wider than the cascade does.
      const cv::Rect marked(static_cast<int>(box->x), static_cast<int>(box->y),
                            static_cast<int>(box->width), static_cast<int>(box->height));
      region = Clip(Grow(marked, 0.25), whole.size());
    }
    FaceQuality quality;
    FUSIONHUB_ASSIGN_OR_RETURN(cv::Rect face, DetectFace(whole(region), box.has_value(), quality));
    face += region.tl();
    return Describe(whole, face, std::move(quality));
  }

  // The face's box in `area`.
  absl::StatusOr<cv::Rect> DetectFace(const cv::Mat& area, bool marked, FaceQuality& quality) {
    const double scale =
        std::min(1.0, static_cast<double>(kMaxWorkingSide) / std::max(area.cols, area.rows));
    cv::Mat working;
    cv::resize(area, working, {}, scale, scale, cv::INTER_AREA);
    cv::equalizeHist(working, working);
    std::vector<cv::Rect> found;
    faces_.detectMultiScale(working, found, 1.1, kFaceNeighbours, 0, {kMinFaceSide, kMinFaceSide});
    if (found.empty()) return NoFace(area, marked);
    std::sort(found.begin(), found.end(),
              [](const cv::Rect& a, const cv::Rect& b) { return a.width > b.width; });
    // A detection inside the largest one is a part of that face (nose and mouth, a pattern of the
    // skin).
    const cv::Rect largest = found.front();
    found.erase(std::remove_if(found.begin() + 1, found.end(),
                               [&largest](const cv::Rect& face) {
                                 return largest.contains(cv::Point(Centre(face)));
                               }),
                found.end());
    const auto smaller = std::find_if(found.begin(), found.end(), [&largest](const cv::Rect& face) {
      return face.width < largest.width * kIgnoredFaceRatio;
    });
    quality.smaller_faces = static_cast<uint32_t>(found.end() - smaller);
    if (!marked && smaller - found.begin() > 1) {
      return SeveralFaces(smaller - found.begin());
    }
    return cv::Rect(static_cast<int>(largest.x / scale), static_cast<int>(largest.y / scale),
                    static_cast<int>(largest.width / scale),
                    static_cast<int>(largest.height / scale));
  }

  static absl::Status NoFace(const cv::Mat& area, bool marked) {
    return MakeFaceError(
        FaceError::kNoFace,
        absl::StrFormat(
            "image: no frontal face found in %s (%d x %d pixels); send a sharp frontal view "
            "in which the face is at least %d pixels wide",
            marked ? "and around the marked box" : "the image", area.cols, area.rows,
            kMinFaceSide));
  }

  static absl::Status SeveralFaces(int64_t count) {
    return MakeFaceError(
        FaceError::kSeveralFaces,
        absl::StrFormat(
            "image: %d faces of similar size; say which one is meant: mark it with a box, or "
            "crop the image to it",
            count));
  }

  Eyes FindEyes(const cv::Mat& face) {
    std::vector<cv::Rect> boxes;
    std::vector<int> votes;
    // Eyes lie in the upper part of the cascade's box.
    const cv::Mat upper = face(cv::Rect(0, face.rows / 8, face.cols, face.rows / 2));
    eyes_.detectMultiScale(upper, boxes, votes, 1.08, kEyeNeighbours, 0,
                           {face.cols / 9, face.cols / 9}, {face.cols / 2, face.cols / 2});
    for (cv::Rect& box : boxes) box.y += face.rows / 8;
    return BestPair(boxes, votes, static_cast<float>(face.cols));
  }

  FoundFace Describe(const cv::Mat& whole, cv::Rect face, FaceQuality quality) {
    face = Clip(face, whole.size());
    // Enough around the face that a turned head has no empty corners.
    const cv::Rect around = Grow(face, 0.4);
    const double scale = static_cast<double>(kEyeSearchSide) / face.width;
    cv::Mat padded;
    const cv::Rect inside = Clip(around, whole.size());
    cv::copyMakeBorder(whole(inside), padded, inside.y - around.y, around.br().y - inside.br().y,
                       inside.x - around.x, around.br().x - inside.br().x, cv::BORDER_REPLICATE);
    cv::Mat scaled;
    cv::resize(padded, scaled, {}, scale, scale, scale < 1 ? cv::INTER_AREA : cv::INTER_CUBIC);
    const cv::Point offset(static_cast<int>((face.x - around.x) * scale),
                           static_cast<int>((face.y - around.y) * scale));
    const cv::Rect face_scaled =
        Clip(cv::Rect(offset, cv::Size(kEyeSearchSide, kEyeSearchSide)), scaled.size());
    const Eyes eyes = FindEyes(scaled(face_scaled));
    quality.face = {static_cast<uint32_t>(face.x), static_cast<uint32_t>(face.y),
                    static_cast<uint32_t>(face.width), static_cast<uint32_t>(face.height)};
    quality.eyes_located = eyes.located;
    const Eyes shifted = {eyes.left + cv::Point2f(offset), eyes.right + cv::Point2f(offset),
                          eyes.located};
    FoundFace out;
    out.aligned = Warp(scaled, shifted);
    quality.measures =
        MeasureQuality(out.aligned, FaceGeometry{quality.face, static_cast<uint32_t>(whole.cols),
                                                 static_cast<uint32_t>(whole.rows), eyes.located,
                                                 (eyes.right.x - eyes.left.x) / scale,
                                                 (eyes.right.y - eyes.left.y) / scale});
    out.quality = std::move(quality);
    return out;
  }

  static GrayImage Warp(const cv::Mat& scaled, const Eyes& eyes) {
    GrayImage aligned;
    aligned.width = kAlignedSide;
    aligned.height = kAlignedSide;
    aligned.pixels.resize(size_t{kAlignedSide} * kAlignedSide);
    cv::Mat target(kAlignedSide, kAlignedSide, CV_8UC1, aligned.pixels.data());
    cv::warpAffine(scaled, target, AlignMatrix(eyes), target.size(), cv::INTER_LINEAR,
                   cv::BORDER_REPLICATE);
    return aligned;
  }

  cv::CascadeClassifier faces_;
  cv::CascadeClassifier eyes_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<FaceFinder>> FaceFinder::Create(const std::string& cascade_dir) {
  auto finder = std::make_unique<HaarFaceFinder>();
  FUSIONHUB_RETURN_IF_ERROR(finder->Load(cascade_dir));
  return finder;
}

}  // namespace fusionhub::face_matcher
