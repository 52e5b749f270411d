// Heap memory on page boundaries: on 2 MiB boundaries where there is enough of it.
#include "face_matcher/gallery_segment.h"

#include <string.h>
#include <sys/mman.h>

#include <cstdlib>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace fusionhub::face_matcher {
namespace {

constexpr size_t kPage = 4096;
constexpr size_t kHugePage = 2 << 20;

}  // namespace

absl::StatusOr<GallerySegment> GallerySegment::Create(size_t stride, size_t capacity) {
  const size_t page = stride * capacity < kHugePage ? kPage : kHugePage;
  const size_t bytes = (stride * capacity + page - 1) / page * page;
  void* memory = std::aligned_alloc(page, bytes);
  if (memory == nullptr) {
    return absl::ResourceExhaustedError(
        absl::StrCat("gallery: no memory for ", bytes,
                     " more bytes of templates; add memory or split the "
                     "gallery over several nodes"));
  }
  // Advice only: a kernel without huge pages is slower, not wrong.
  if (page == kHugePage) madvise(memory, bytes, MADV_HUGEPAGE);
  madvise(memory, bytes, MADV_DONTDUMP);
  memset(memory, 0, bytes);
  return GallerySegment(static_cast<int8_t*>(memory), bytes, stride, capacity);
}

GallerySegment::GallerySegment(GallerySegment&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)),
      bytes_(other.bytes_),
      stride_(other.stride_),
      capacity_(other.capacity_) {}

GallerySegment& GallerySegment::operator=(GallerySegment&& other) noexcept {
  if (this != &other) {
    Release();
    data_ = std::exchange(other.data_, nullptr);
    bytes_ = other.bytes_;
    stride_ = other.stride_;
    capacity_ = other.capacity_;
  }
  return *this;
}

GallerySegment::~GallerySegment() { Release(); }

void GallerySegment::Release() {
  if (data_ == nullptr) return;
  explicit_bzero(data_, bytes_);
  madvise(data_, bytes_, MADV_DODUMP);  // the allocator may hand these pages out again
  std::free(data_);
  data_ = nullptr;
}

}  // namespace fusionhub::face_matcher
