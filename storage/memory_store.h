// storage::Store in memory, for tests.
#ifndef FUSIONHUB_STORAGE_MEMORY_STORE_H_
#define FUSIONHUB_STORAGE_MEMORY_STORE_H_

#include <memory>

#include "storage/store.h"

namespace fusionhub::storage {

std::unique_ptr<Store> NewMemoryStore();

}  // namespace fusionhub::storage

#endif  // FUSIONHUB_STORAGE_MEMORY_STORE_H_
