// What makes a synthetic person (identity) and what makes one picture of them (capture). Drawn from
// two separate seeds: nothing of one depends on the other.
#ifndef FUSIONHUB_TESTS_FACES_FACE_PARAMETERS_H_
#define FUSIONHUB_TESTS_FACES_FACE_PARAMETERS_H_

#include <cstdint>
#include <vector>

namespace fusionhub::faces {

struct Colour {
  double r = 0;
  double g = 0;
  double b = 0;
};

struct Spot {
  double x = 0;
  double y = 0;
  double radius = 0;
  double strength = 0;  // negative: lighter than the skin
};

// Lengths in units of half the head's width; x to the image's right, y down, eyes near y = -0.12.
struct Identity {
  // Head
  double jaw_width, chin_y, cheek_fullness, forehead_y, ear_size, ear_y;
  // Eyes
  double eye_distance, eye_y, eye_width, eye_height, eye_tilt, iris_size, socket_depth, bag_depth;
  Colour iris;
  // Brows
  double brow_gap, brow_length, brow_thickness, brow_arch, brow_tilt, brow_strength;
  // Nose
  double nose_length, nose_width, bridge_width, bridge_height, nostril_size, nose_skew;
  // Mouth
  double mouth_y, mouth_width, upper_lip, lower_lip, cupid_bow, lip_redness;
  // Skin
  Colour skin;
  double blotchiness, pore_depth, forehead_lines, nasolabial, crows_feet;
  uint64_t skin_seed;
  std::vector<Spot> spots;  // moles, freckles, scars
  // Hair
  Colour hair;
  double hair_line_y, hair_volume, hair_parting, hair_side, beard, moustache;
  uint64_t hair_seed;
};

Identity MakeIdentity(uint64_t seed);

struct Capture {
  // Camera and pose
  double yaw, pitch, roll;                // radians
  double head_width, centre_x, centre_y;  // pixels
  // Light
  double light_x, light_y, light_z, ambient, light_strength, exposure, gamma, warmth;
  // Expression
  double smile, mouth_open, brow_raise, eye_open, gaze;
  // Surroundings
  Colour background, background2, shirt;
  uint64_t background_seed;
  double background_texture;
  // Sensor and file
  double blur, noise;
  uint64_t noise_seed;
  int width, height, jpeg_quality;
};

Capture MakeCapture(uint64_t seed);

}  // namespace fusionhub::faces

#endif  // FUSIONHUB_TESTS_FACES_FACE_PARAMETERS_H_
