// Per pixel: undo camera and pose, ask the surface, light it; then blur, noise and JPEG.
#include "tests/faces/face_picture.h"

#include <turbojpeg.h>

#include <algorithm>
#include <cmath>
#include <memory>

#include "tests/faces/face_surface.h"
#include "tests/faces/seeded_numbers.h"
#include "tests/faces/value_noise.h"

namespace fusionhub::faces {
namespace {

constexpr double kOutlineSoftness = 0.025;

double Cover(double inside) { return std::clamp(inside / kOutlineSoftness + 0.5, 0.0, 1.0); }

void Blend(Colour& under, const Colour& over, double cover) {
  under.r += (over.r - under.r) * cover;
  under.g += (over.g - under.g) * cover;
  under.b += (over.b - under.b) * cover;
}

Colour Scaled(const Colour& colour, double by) {
  return {colour.r * by, colour.g * by, colour.b * by};
}

class Scene {
 public:
  Scene(const Identity& identity, const Capture& capture)
      : shot_(capture), face_(identity, capture), background_(capture.background_seed) {}

  Colour Background(double px, double py) const {
    Colour colour = shot_.background;
    Blend(colour, shot_.background2, py / shot_.height);
    const double texture =
        background_.At(px / 47, py / 61) + 0.5 * background_.At(px / 13, py / 17);
    return Scaled(colour, 1 + shot_.background_texture * texture);
  }

  Colour At(double px, double py) const {
    Colour colour = Background(px, py);
    // Camera and roll.
    const double scale = shot_.head_width / 2;
    const double cx = (px - shot_.centre_x) / scale;
    const double cy = (py - shot_.centre_y) / scale;
    const double hx = cx * std::cos(shot_.roll) + cy * std::sin(shot_.roll);
    const double hy = -cx * std::sin(shot_.roll) + cy * std::cos(shot_.roll);
    Blend(colour, Scaled(face_.skin(), Flat() * 0.62), face_.NeckCover(hx * 1.02, hy));
    PaintBody(cx, cy, colour);
    PaintHead(hx, hy, colour);
    return colour;
  }

 private:
  // Light on a surface that faces the camera.
  double Flat() const { return shot_.ambient + shot_.light_strength * 0.8; }

  void PaintBody(double x, double y, Colour& colour) const {
    // A neckline, and shoulders that fall away from it.
    const double shoulder = 1.42 + 0.16 * x * x + 0.18 * std::exp(-x * x / 0.12);
    const double fold = 0.06 * background_.At(200 + x * 3, y * 2);
    Blend(colour, Scaled(shot_.shirt, Flat() * (0.85 + fold)), Cover((y - shoulder) * 0.5));
  }

  void PaintHead(double hx, double hy, Colour& colour) const {
    Blend(colour, Scaled(face_.skin(), Flat() * 0.80), face_.EarCover(hx + shot_.yaw * 0.3, hy));
    // Turning the head moves what is nearer to the camera further.
    double x = hx;
    double y = hy;
    if (face_.Inside(hx, hy) > -0.05) {
      const double z = face_.Height(hx, hy) - 0.55;
      x = hx - std::sin(shot_.yaw) * z;
      y = hy - std::sin(shot_.pitch) * z;
      Blend(colour, Lit(x, y), Cover(face_.Inside(hx, hy)));
    }
    const double hair = face_.HairCover(x, y);
    if (hair > 0) Blend(colour, Scaled(face_.HairColour(x, y), Flat()), hair);
  }

  Colour Lit(double x, double y) const {
    constexpr double kDelta = 0.012;
    const double z = face_.Height(x, y);
    const double dx = (face_.Height(x + kDelta, y) - z) / kDelta;
    const double dy = (face_.Height(x, y + kDelta) - z) / kDelta;
    const double length = std::sqrt(dx * dx + dy * dy + 1);
    const double light_length =
        std::sqrt(shot_.light_x * shot_.light_x + shot_.light_y * shot_.light_y +
                  shot_.light_z * shot_.light_z);
    const double lambert = std::max(
        0.0, (-dx * shot_.light_x - dy * shot_.light_y + shot_.light_z) / (length * light_length));
    // Skin shines a little where it mirrors the light.
    const double shine = 0.10 * std::pow(lambert, 24) * shot_.light_strength;
    Colour lit = Scaled(face_.Albedo(x, y), shot_.ambient + shot_.light_strength * lambert);
    lit.r += shine;
    lit.g += shine;
    lit.b += shine;
    return lit;
  }

  const Capture& shot_;
  FaceSurface face_;
  ValueNoise background_;
};

using Plane = std::vector<Colour>;

// Separable Gaussian over interleaved colours.
Plane Blur(const Plane& in, int width, int height, double sigma, bool horizontal) {
  const int radius = static_cast<int>(std::ceil(2.5 * sigma));
  std::vector<double> weights;
  double total = 0;
  for (int i = -radius; i <= radius; ++i) {
    weights.push_back(std::exp(-i * i / (2 * sigma * sigma)));
    total += weights.back();
  }
  Plane out(in.size());
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      Colour sum;
      for (int i = -radius; i <= radius; ++i) {
        const int sx = horizontal ? std::clamp(x + i, 0, width - 1) : x;
        const int sy = horizontal ? y : std::clamp(y + i, 0, height - 1);
        const double weight = weights[i + radius] / total;
        const Colour& from = in[static_cast<size_t>(sy) * width + sx];
        sum.r += weight * from.r;
        sum.g += weight * from.g;
        sum.b += weight * from.b;
      }
      out[static_cast<size_t>(y) * width + x] = sum;
    }
  }
  return out;
}

// Blur, exposure, white balance, noise, quantisation.
Picture Develop(Plane plane, const Capture& shot) {
  plane = Blur(plane, shot.width, shot.height, shot.blur, true);
  plane = Blur(plane, shot.width, shot.height, shot.blur, false);
  SeededNumbers noise(shot.noise_seed, "sensor");
  Picture picture{shot.width, shot.height, {}};
  picture.rgb.reserve(plane.size() * 3);
  for (const Colour& colour : plane) {
    const double luminance_noise = shot.noise * noise.Grain();
    for (const double value :
         {colour.r * (1 + shot.warmth), colour.g, colour.b * (1 - shot.warmth)}) {
      const double exposed = std::pow(std::max(0.0, value * shot.exposure), shot.gamma);
      const double noisy = exposed + luminance_noise + 0.4 * shot.noise * noise.Grain();
      picture.rgb.push_back(static_cast<uint8_t>(std::lround(255 * std::clamp(noisy, 0.0, 1.0))));
    }
  }
  return picture;
}

template <typename Painter>
Plane Paint(const Capture& shot, const Painter& painter) {
  Plane plane;
  plane.reserve(static_cast<size_t>(shot.width) * shot.height);
  for (int y = 0; y < shot.height; ++y) {
    for (int x = 0; x < shot.width; ++x) plane.push_back(painter(x + 0.5, y + 0.5));
  }
  return plane;
}

struct JpegDeleter {
  void operator()(void* handle) const { tjDestroy(handle); }
};

}  // namespace

Picture PaintFace(const Identity& identity, const Capture& capture) {
  const Scene scene(identity, capture);
  return Develop(Paint(capture, [&scene](double x, double y) { return scene.At(x, y); }), capture);
}

Picture PaintEmptyScene(const Capture& capture) {
  const Identity nobody = MakeIdentity(0);
  const Scene scene(nobody, capture);
  return Develop(Paint(capture, [&scene](double x, double y) { return scene.Background(x, y); }),
                 capture);
}

Picture SideBySide(const Picture& left, const Picture& right) {
  Picture out{left.width + right.width, std::max(left.height, right.height), {}};
  out.rgb.assign(static_cast<size_t>(out.width) * out.height * 3, 128);
  const auto paste = [&out](const Picture& from, int at) {
    for (int y = 0; y < from.height; ++y) {
      std::copy_n(from.rgb.begin() + static_cast<ptrdiff_t>(y) * from.width * 3, from.width * 3,
                  out.rgb.begin() + (static_cast<ptrdiff_t>(y) * out.width + at) * 3);
    }
  };
  paste(left, 0);
  paste(right, left.width);
  return out;
}

absl::StatusOr<std::string> EncodeJpeg(const Picture& picture, int quality) {
  const std::unique_ptr<void, JpegDeleter> handle(tjInitCompress());
  unsigned char* buffer = nullptr;
  unsigned long size = 0;
  if (handle == nullptr ||
      tjCompress2(handle.get(), picture.rgb.data(), picture.width, 0, picture.height, TJPF_RGB,
                  &buffer, &size, TJSAMP_420, quality, 0) != 0) {
    return absl::InternalError("cannot encode a JPEG");
  }
  std::string jpeg(reinterpret_cast<const char*>(buffer), size);
  tjFree(buffer);
  return jpeg;
}

}  // namespace fusionhub::faces
