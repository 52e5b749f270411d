// Shapes of the head and its features. Numbers are proportions of a face, adjusted by eye.
#include "tests/faces/face_surface.h"

#include <algorithm>
#include <cmath>

namespace fusionhub::faces {
namespace {

double Square(double x) { return x * x; }

double Bell(double x, double width) { return std::exp(-Square(x / width)); }

// 0 below `from`, 1 above `to`, smooth between; `from` may be the larger one.
double Step(double from, double to, double x) {
  const double t = std::clamp((x - from) / (to - from), 0.0, 1.0);
  return t * t * (3 - 2 * t);
}

void Blend(Colour& under, const Colour& over, double cover) {
  under.r += (over.r - under.r) * cover;
  under.g += (over.g - under.g) * cover;
  under.b += (over.b - under.b) * cover;
}

void Darken(Colour& colour, double by) {
  const double keep = std::max(0.0, 1 - by);
  colour.r *= keep;
  colour.g *= keep;
  colour.b *= keep;
}

}  // namespace

FaceSurface::FaceSurface(const Identity& identity, const Capture& capture)
    : id_(identity),
      shot_(capture),
      skin_noise_(identity.skin_seed),
      pore_noise_(identity.skin_seed ^ 0x5EED),
      hair_noise_(identity.hair_seed) {}

double FaceSurface::Inside(double x, double y) const {
  // Upper half: an ellipse to the forehead; lower half: narrows to the jaw and closes at the chin.
  double half_width = 0;
  if (y < 0) {
    const double t = y / (id_.forehead_y - 0.12);
    half_width = std::sqrt(std::max(0.0, 1 - t * t));
  } else {
    const double t = y / id_.chin_y;
    const double closing = std::sqrt(std::max(0.0, 1 - std::pow(t, 5)));
    half_width =
        (1 + (id_.jaw_width - 1) * t * t + id_.cheek_fullness * Bell(t - 0.45, 0.3)) * closing;
  }
  // Above and below there is no head: a half width of 0 would still leave a line.
  return half_width > 0 ? 0.93 * half_width - std::abs(x) : -1;
}

double FaceSurface::Height(double x, double y) const {
  const double ex = std::abs(x) - id_.eye_distance;
  const double ey = y - id_.eye_y;
  double z = 0.9 * std::sqrt(std::max(0.02, 1.25 - Square(x) - 0.45 * Square(y - 0.05)));
  // Sockets, brow ridge, cheek bones.
  z -= id_.socket_depth * 0.45 * Bell(ex, 0.24) * Bell(ey, 0.15);
  z += 0.05 * Bell(ex, 0.30) * Bell(ey + id_.brow_gap, 0.09);
  z += 0.05 * Bell(std::abs(x) - 0.56, 0.22) * Bell(y - id_.eye_y - 0.36, 0.20);
  // Nose: a ridge that grows to the tip, and its wings.
  const double t = std::clamp(ey / id_.nose_length, -0.2, 1.2);
  const double nx = x - id_.nose_skew * t;
  const double tip = Bell(t - 0.92, 0.16);
  const double ridge = Step(-0.25, 0.1, t) * Step(1.16, 0.98, t);
  z += ridge * (id_.bridge_height * (0.4 + 0.8 * t)) * Bell(nx, id_.bridge_width * (1 + 0.4 * t));
  z += 0.10 * tip * Bell(nx, id_.nose_width * 0.55);
  z += 0.05 * Bell(t - 0.95, 0.10) * Bell(std::abs(nx) - id_.nose_width * 0.7, 0.07);
  // Lips and chin.
  const double my = y - MouthY(x);
  const double in_mouth = Step(id_.mouth_width * 1.1, id_.mouth_width * 0.7, std::abs(x));
  z += 0.05 * in_mouth *
       (Bell(my + id_.upper_lip * 0.5, 0.05) + Bell(my - id_.lower_lip * 0.6, 0.06));
  z -= 0.03 * in_mouth * Bell(my, 0.02);
  z += 0.05 * Bell(x, 0.25) * Bell(y - id_.chin_y + 0.16, 0.14);
  z -= 0.03 * Bell(x, 0.30) * Bell(y - MouthY(0) - id_.lower_lip - 0.10, 0.06);
  // The relief of this person's skin.
  z += 0.012 * skin_noise_.At(x * 4.5, y * 4.5) + 0.006 * skin_noise_.At(40 + x * 9, y * 9);
  return z;
}

double FaceSurface::MouthY(double x) const {
  const double t = x / id_.mouth_width;
  return id_.mouth_y - shot_.smile * 0.09 * t * t +
         id_.cupid_bow * 0.3 * (Bell(std::abs(x) - 0.07, 0.05) - 1);
}

Colour FaceSurface::Skin(double x, double y) const {
  Colour skin = id_.skin;
  const double broad = skin_noise_.At(x * 3.2 + 11, y * 3.2);
  const double fine = skin_noise_.At(x * 7.5, y * 7.5 + 23);
  const double pores =
      pore_noise_.At(x * 17, y * 17) * 0.7 + pore_noise_.At(x * 31 + 7, y * 31) * 0.5;
  const double shade = id_.blotchiness * (0.6 * broad + 0.8 * fine) + id_.pore_depth * pores;
  Darken(skin, shade);
  // Blood under cheeks and nose.
  const double blush = 0.04 * Bell(std::abs(x) - 0.5, 0.22) * Bell(y - 0.28, 0.2);
  skin.g -= blush;
  skin.b -= blush;
  for (const Spot& spot : id_.spots) {
    const double distance = std::hypot(x - spot.x, y - spot.y);
    if (distance > 2 * spot.radius) continue;
    Darken(skin, spot.strength * Step(spot.radius * 1.3, spot.radius * 0.6, distance));
  }
  return skin;
}

void FaceSurface::PaintLines(double x, double y, Colour& colour) const {
  const double ex = std::abs(x) - id_.eye_distance;
  const double ey = y - id_.eye_y;
  // Shadow of the sockets: what the cascade knows faces by.
  Darken(colour, 1.2 * id_.socket_depth * Bell(ex * 0.9 + 0.02, 0.26) * Bell(ey + 0.01, 0.15));
  Darken(colour, -0.10 * Bell(std::abs(x) - 0.42, 0.20) * Bell(ey - 0.34, 0.14));
  Darken(colour, id_.bag_depth * Bell(ex, 0.16) * Bell(ey - 0.14 - 0.10 * ex * ex, 0.025));
  if (id_.forehead_lines > 0) {
    const double wave = y + 0.62 + 0.03 * std::cos(3 * x + id_.brow_tilt * 8);
    const double line = Bell(std::remainder(wave, 0.13), 0.014);
    Darken(colour, id_.forehead_lines * line * Step(0.65, 0.35, std::abs(x)) *
                       Step(-0.92, -0.8, y) * Step(-0.38, -0.48, y));
  }
  const double fold_x = id_.nose_width + 0.04 + 0.42 * (y - id_.eye_y - id_.nose_length + 0.12);
  Darken(colour, (id_.nasolabial + 0.08 * std::max(0.0, shot_.smile)) *
                     Bell(std::abs(x) - fold_x, 0.028) *
                     Step(id_.eye_y + id_.nose_length - 0.12, id_.eye_y + id_.nose_length, y) *
                     Step(id_.mouth_y + 0.06, id_.mouth_y - 0.06, y));
  if (id_.crows_feet > 0) {
    const double angle = std::atan2(ey, ex - 0.12);
    const double rays = std::pow(std::max(0.0, std::cos(angle * 9)), 6);
    Darken(colour, id_.crows_feet * rays * Bell(ex - 0.28, 0.07) * Bell(ey, 0.12));
  }
}

void FaceSurface::PaintBeard(double x, double y, Colour& colour) const {
  const double grain = 0.7 + 0.3 * hair_noise_.At(x * 30, y * 14);
  const double lip_top = MouthY(x) - id_.upper_lip;
  const double moustache = id_.moustache * Step(lip_top - 0.16, lip_top - 0.10, y) *
                           Step(lip_top + 0.01, lip_top - 0.02, y) *
                           Step(id_.mouth_width * 1.15, id_.mouth_width * 0.9, std::abs(x));
  Blend(colour, id_.hair, std::clamp(moustache * grain * 1.6, 0.0, 0.9));
  if (id_.beard <= 0) return;
  const double chin = Step(id_.mouth_y + 0.10, id_.mouth_y + 0.24, y) +
                      Step(0.52, 0.72, std::abs(x)) * Step(0.2, 0.4, y);
  Blend(colour, id_.hair, std::clamp(id_.beard * std::min(1.0, chin) * grain * 1.5, 0.0, 0.85));
}

void FaceSurface::PaintNose(double x, double y, Colour& colour) const {
  const double base = id_.eye_y + id_.nose_length;
  const double nx = x - id_.nose_skew;
  const double nostril = Square((std::abs(nx) - id_.nose_width * 0.50) / (id_.nostril_size * 1.5)) +
                         Square((y - base - 0.01) / (id_.nostril_size * 0.75));
  Darken(colour, 0.75 * Step(1.5, 0.5, nostril));
  Darken(colour, 0.22 * Bell(nx, id_.nose_width * 0.8) * Bell(y - base - 0.055, 0.035));
  const double wing = std::hypot((std::abs(nx) - id_.nose_width * 0.72) / 0.9, y - base + 0.06);
  Darken(colour, 0.30 * Bell(wing - 0.10, 0.022) * Step(0.62, 0.9, std::abs(nx) / id_.nose_width));
  Darken(colour, 0.14 * Bell(std::abs(nx) - id_.bridge_width * 1.5, 0.05) *
                     Step(id_.eye_y - 0.08, id_.eye_y + 0.05, y) * Step(base, base - 0.25, y));
}

void FaceSurface::PaintMouth(double x, double y, Colour& colour) const {
  const double width = id_.mouth_width * (1 + 0.12 * std::max(0.0, shot_.smile));
  const double t = std::abs(x) / width;
  if (t > 1.15) return;
  const double taper = std::sqrt(std::max(0.0, 1 - t * t));
  const double my = y - MouthY(x);
  const double bow = 1 - id_.cupid_bow * 8 * Bell(x, 0.05);
  const double top = -(id_.upper_lip * bow + shot_.mouth_open) * taper;
  const double bottom = (id_.lower_lip + shot_.mouth_open) * taper;
  Colour lip = {id_.skin.r * 0.85, id_.skin.g * (0.85 - id_.lip_redness),
                id_.skin.b * (0.85 - id_.lip_redness * 0.8)};
  if (my < 0) Darken(lip, 0.18);
  Darken(lip, 0.10 * pore_noise_.At(x * 38, y * 6));
  const double cover =
      Step(top - 0.012, top + 0.012, my) * Step(bottom + 0.014, bottom - 0.014, my);
  Blend(colour, lip, cover * Step(1.05, 0.92, t));
  Darken(colour, 0.28 * Bell(my - bottom - 0.035, 0.03) * Step(0.9, 0.3, t));
  const double gap = std::max(0.010, shot_.mouth_open * taper);
  Blend(colour, {0.16, 0.07, 0.06},
        0.85 * Step(gap * 1.7, gap * 0.5, std::abs(my)) * Step(1.06, 0.96, t));
}

void FaceSurface::PaintBrow(double x, double y, Colour& colour) const {
  const double bx = std::abs(x) - id_.eye_distance + 0.01;
  const double t = bx / id_.brow_length;
  if (std::abs(t) > 1.2) return;
  const double centre = id_.eye_y - id_.brow_gap - shot_.brow_raise -
                        id_.brow_arch * (1 - Square(t - 0.25)) + id_.brow_tilt * bx;
  const double thickness = id_.brow_thickness * (1 - 0.45 * std::max(0.0, t));
  const double hairs = 0.75 + 0.25 * hair_noise_.At(x * 40 + y * 25, y * 16);
  const double cover = id_.brow_strength * hairs * Bell(y - centre, thickness * 1.15) *
                       Step(1.12, 0.85, std::abs(t));
  // Always darker than the skin: without visible brows the cascade does not see a face.
  Colour brow = {std::min(id_.hair.r, id_.skin.r * 0.5), std::min(id_.hair.g, id_.skin.g * 0.5),
                 std::min(id_.hair.b, id_.skin.b * 0.5)};
  Darken(brow, 0.35);
  Blend(colour, brow, std::clamp(cover * 1.15, 0.0, 1.0));
}

void FaceSurface::PaintEye(double x, double y, Colour& colour) const {
  const double side = x < 0 ? -1 : 1;
  const double ex = std::abs(x) - id_.eye_distance;
  const double ey = y - id_.eye_y + id_.eye_tilt * ex;
  const double t = ex / id_.eye_width;
  const double bend = 1 - t * t;
  const double upper = -id_.eye_height * shot_.eye_open * 1.10 * bend;
  const double lower = id_.eye_height * 0.75 * bend;
  if (std::abs(t) < 1) {
    const double open =
        Step(upper - 0.006, upper + 0.010, ey) * Step(lower + 0.008, lower - 0.008, ey);
    // The white of the eye lies in the shadow of lids and sockets.
    const double white = 0.40 + 0.45 * id_.skin.r;
    Colour eye = {white, white * 0.97, white * 0.95};
    Darken(eye, 0.35 * Step(0.04, -0.02, ey - upper) + 0.3 * Step(0.6, 1.0, std::abs(t)));
    const double gaze = shot_.gaze * side;
    const double iris = std::hypot(ex - gaze, ey + 0.008);
    Colour ring = id_.iris;
    Darken(ring, 0.55 * Step(id_.iris_size * 0.75, id_.iris_size, iris));
    Blend(eye, ring, Step(id_.iris_size * 1.06, id_.iris_size * 0.94, iris));
    Blend(eye, {0.03, 0.03, 0.03}, Step(id_.iris_size * 0.48, id_.iris_size * 0.40, iris));
    Blend(eye, {0.97, 0.97, 0.97},
          0.85 * Step(0.020, 0.008, std::hypot(ex * side - 0.022, ey + 0.030)));
    Blend(colour, eye, open);
  }
  const double lid = Step(1.18, 0.95, std::abs(t));
  Blend(colour, {0.10, 0.07, 0.06}, 0.80 * lid * Bell(ey - upper, 0.016));
  Darken(colour, 0.35 * lid * Bell(ey - lower, 0.012));
  Darken(colour, 0.32 * lid * Bell(ey - upper + 0.055, 0.014));
}

Colour FaceSurface::Albedo(double x, double y) const {
  Colour colour = Skin(x, y);
  PaintLines(x, y, colour);
  PaintNose(x, y, colour);
  PaintBeard(x, y, colour);
  PaintMouth(x, y, colour);
  PaintEye(x, y, colour);
  PaintBrow(x, y, colour);
  return colour;
}

double FaceSurface::HairCover(double x, double y) const {
  const double v = id_.hair_volume;
  const double cap_x = x / (1.0 + 0.6 * v);
  const double cap_y = (y + 0.10) / (1.12 + v);
  const double cap =
      1 - std::hypot(cap_x, std::min(cap_y, 0.0)) + 0.01 * hair_noise_.At(x * 14, y * 14);
  const double jag = 0.03 * hair_noise_.At(x * 11, 3.0);
  const double line =
      id_.hair_line_y + 0.10 * (x - id_.hair_parting) * (x - id_.hair_parting) + jag;
  // On the forehead above the hair line, at the sides down to `hair_side`, elsewhere outside the
  // face.
  const double forehead = Step(line + 0.03, line - 0.03, y);
  const double sides = Step(0.04, -0.02, Inside(x, y));
  const double above_side_end = Step(id_.hair_side + 0.05, id_.hair_side - 0.05, y);
  const double place = std::max(forehead, sides * above_side_end);
  return Step(-0.01, 0.02, cap) * place;
}

Colour FaceSurface::HairColour(double x, double y) const {
  Colour colour = id_.hair;
  const double strands = hair_noise_.At((x - id_.hair_parting) * 26, y * 5) * 0.5 +
                         hair_noise_.At((x + y) * 40, y * 7) * 0.3;
  const double sheen = 0.25 * Bell(y + 0.95, 0.12);
  Darken(colour, 0.35 * strands - sheen);
  return colour;
}

double FaceSurface::EarCover(double x, double y) const {
  const double distance =
      std::hypot((std::abs(x) - 0.96) / (id_.ear_size * 0.42), (y - id_.ear_y) / id_.ear_size);
  return Step(1.05, 0.95, distance);
}

double FaceSurface::NeckCover(double x, double y) const {
  return Step(0.60, 0.57, std::abs(x) - 0.12 * std::max(0.0, y - 1.3)) * Step(0.5, 0.6, y);
}

}  // namespace fusionhub::faces
