// A block of memory for template rows: on huge pages where the kernel has them, kept out of core
// dumps, and overwritten with zeros before it is given back.
#ifndef FUSIONHUB_FACE_MATCHER_GALLERY_SEGMENT_H_
#define FUSIONHUB_FACE_MATCHER_GALLERY_SEGMENT_H_

#include <cstddef>
#include <cstdint>

#include "absl/status/statusor.h"

namespace fusionhub::face_matcher {

// Thread-compatible. Moves, does not copy.
class GallerySegment {
 public:
  // Room for `capacity` rows of `stride` bytes, zeroed. RESOURCE_EXHAUSTED when there is no memory.
  static absl::StatusOr<GallerySegment> Create(size_t stride, size_t capacity);
  GallerySegment(GallerySegment&& other) noexcept;
  GallerySegment& operator=(GallerySegment&& other) noexcept;
  GallerySegment(const GallerySegment&) = delete;
  GallerySegment& operator=(const GallerySegment&) = delete;
  ~GallerySegment();

  int8_t* row(size_t index) { return data_ + index * stride_; }
  const int8_t* row(size_t index) const { return data_ + index * stride_; }
  size_t capacity() const { return capacity_; }

 private:
  GallerySegment(int8_t* data, size_t bytes, size_t stride, size_t capacity)
      : data_(data), bytes_(bytes), stride_(stride), capacity_(capacity) {}
  void Release();

  int8_t* data_ = nullptr;
  size_t bytes_ = 0;
  size_t stride_ = 0;
  size_t capacity_ = 0;
};

}  // namespace fusionhub::face_matcher

#endif  // FUSIONHUB_FACE_MATCHER_GALLERY_SEGMENT_H_
